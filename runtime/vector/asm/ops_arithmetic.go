package main

func init() {
	declare("arithmetic",
		&Op{Name: "Add", Doc: "x + y", Params: 2, Lanes: floatLanes, Body: func(x ...*value) *value { return add(x[0], x[1]) }},
		&Op{Name: "Subtract", Doc: "x - y", Params: 2, Lanes: floatLanes, Body: func(x ...*value) *value { return sub(x[0], x[1]) }},
		&Op{Name: "Multiply", Doc: "x * y", Params: 2, Lanes: floatLanes, Body: func(x ...*value) *value { return mul(x[0], x[1]) }},
		&Op{Name: "Divide", Doc: "x / y", Params: 2, Lanes: floatLanes, Body: func(x ...*value) *value { return div(x[0], x[1]) }},
		&Op{Name: "Negative", Doc: "-x", Params: 1, Lanes: floatLanes, Body: func(x ...*value) *value { return neg(x[0]) }},
		&Op{Name: "Absolute", Doc: "|x|", Params: 1, Lanes: floatLanes, Body: func(x ...*value) *value { return abs(x[0]) }},
		&Op{Name: "Square", Doc: "x * x", Params: 1, Lanes: floatLanes, Body: func(x ...*value) *value { return mul(x[0], x[0]) }},
		&Op{Name: "Sqrt", Doc: "the square root of x", Params: 1, Lanes: floatLanes, Body: func(x ...*value) *value { return sqrt(x[0]) }},
	)
}
