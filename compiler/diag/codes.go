package diag

// A Code explains a diagnostic code: the cause, and the remedy.
type Code struct{ ID, Title, Cause, Remedy string }

// The codes. A number is never given to another meaning.
const (
	Malformed      = "DG001"
	UnknownMember  = "DG002"
	WrongMember    = "DG003"
	DuplicateName  = "DG004"
	Version        = "DG005"
	DuplicateKey   = "DG006"
	BadKey         = "DG007"
	Undefined      = "DG008"
	UnknownOp      = "DG009"
	WrongArguments = "DG010"
	Cycle          = "DG011"
	BadIndex       = "DG012"
	OutOfBounds    = "DG013"
	TooLarge       = "DG014"
	NotAllowed     = "DG015"
	ForbiddenPath  = "DG016"
	BadLiteral     = "DG017"
	BadInput       = "DG018"
	BadOutput      = "DG019"
	Unreadable     = "DG020"
	MixedTypes     = "DG021"
	TypeMismatch   = "DG030"
	NotStatic      = "DG031"
	WrongDType     = "DG032"
	WrongShape     = "DG033"
	Unsupported    = "DG034"
	BadSignature   = "DG040"
	BadDSL         = "DG041"
	LoadFailed     = "DG042"
	Internal       = "DG090"
)

// Codes lists all codes, in order.
var Codes = []Code{
	{Malformed, "malformed JSON", "the file is no JSON text: a comma, bracket or quote is missing or too much, or it ends early", "repair the text at the position; an editor that knows JSON shows it"},
	{UnknownMember, "unknown member", "an object has a member that the format does not know", "correct the spelling (the nearest known names are listed), or take the member out"},
	{WrongMember, "wrong member", "a member is missing, stands where it has no meaning, or has a value of the wrong kind", "see docs/graph-json.md for the members of each object and their values"},
	{DuplicateName, "duplicate member", "an object has the same member twice", "keep one of them"},
	{Version, "unsupported version", "the member \"daskgen\" is missing, or names a version that this daskgen does not read", "write \"daskgen\": 1"},
	{DuplicateKey, "duplicate key", "two tasks, layers or inputs define the same key", "give one of them another key"},
	{BadKey, "bad key", "a key is neither a string nor a list of a string and integers or strings", "write \"name\" or [\"name\", 0, 1]"},
	{Undefined, "undefined reference", "a reference or an output names a key that nothing defines", "correct the name (the nearest ones are listed), or define the key"},
	{UnknownOp, "unknown op", "no op of that name exists", "correct the name (the nearest ones are listed); a Go function is written with its import path, example.com/pkg.Func"},
	{WrongArguments, "wrong arguments", "an op is called with too few, too many or unknown arguments", "see the op's documentation for its parameters"},
	{Cycle, "cycle", "tasks need each other's values, so that none of them can run first", "break the cycle at one of the references that are listed"},
	{BadIndex, "bad index", "an entry of an index is no affine form of the layer's indices", "write an index name, a form such as 2*i+1, an integer, or {\"all\": true}"},
	{OutOfBounds, "index out of bounds", "a layer reads blocks outside the grid of the layer that it refers to", "correct the index or the grid"},
	{TooLarge, "too large", "the graph exceeds a limit on nesting depth, on the number of tasks or blocks, or on the size of an array", "make it smaller; no machine could run it as it stands"},
	{NotAllowed, "function not allowed", "the graph calls a Go function of a package that the command line does not allow", "if you trust the graph, allow the package: -allow example.com/pkg"},
	{ForbiddenPath, "forbidden path", "the graph names a file outside the folders that it may use", "name a file below the graph's folder, or give the file on the command line"},
	{BadLiteral, "bad literal", "a literal is out of range or not of the form that its member asks for", "see docs/graph-json.md for the literals"},
	{BadInput, "bad input", "the shape, chunks or dtype of an input do not fit together", "chunks of each axis must be positive and add up to its length"},
	{BadOutput, "bad output", "an output does not name one value, or one layer whose blocks form an array", "write {\"key\": ...} or {\"array\": \"layer\"}"},
	{Unreadable, "unreadable file", "the file cannot be opened, or its compression is damaged", "check the path and the file"},
	{MixedTypes, "mixed types", "the tasks of one name have values of different types, where one type is needed", "give the tasks of different types different names"},
	{TypeMismatch, "type mismatch", "an op does not take arguments of these types or shapes", "convert the arguments, or correct the graph"},
	{NotStatic, "not a literal", "an argument that must be known at compile time depends on a task", "write the argument as a literal"},
	{WrongDType, "wrong dtype", "a declared dtype is not the one that was inferred", "correct the declaration, or convert with astype"},
	{WrongShape, "wrong shape", "a declared shape or chunking is not the one that was inferred", "correct the declaration"},
	{Unsupported, "unsupported", "the construct is understood, but no code can be made for it", "the message says what to use in its place"},
	{BadSignature, "bad signature", "a Go function in the graph does not take these arguments or does not return a value", "a task's function takes its arguments in order, perhaps after a context.Context, and returns a value, perhaps with an error"},
	{BadDSL, "misuse of the DSL", "the Go code that builds the graph calls it in a way that has no meaning", "the message says what was expected"},
	{LoadFailed, "package does not load", "the Go package cannot be loaded or does not compile", "run go build on the package and repair what it reports"},
	{Internal, "internal error", "daskgen itself is at fault", "report it, with the graph"},
}

// Explain returns the entry of a code, or nil.
func Explain(id string) *Code {
	for i := range Codes {
		if Codes[i].ID == id {
			return &Codes[i]
		}
	}
	return nil
}
