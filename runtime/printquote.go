package runtime

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// pyQuote writes a string or, with the prefix b, bytes as a Python literal.
func pyQuote(s, prefix string) string {
	quote := byte('\'')
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		quote = '"'
	}
	var b strings.Builder
	b.WriteString(prefix)
	b.WriteByte(quote)
	for len(s) > 0 {
		n := 1
		if prefix == "" {
			n = writeRune(&b, s, quote)
		} else {
			writeByte(&b, s[0], quote)
		}
		s = s[n:]
	}
	b.WriteByte(quote)
	return b.String()
}

// writeRune writes the first rune of s as it stands in a Python string, and
// returns its length in s.
func writeRune(b *strings.Builder, s string, quote byte) int {
	r, n := utf8.DecodeRuneInString(s)
	switch {
	case r < utf8.RuneSelf || r == utf8.RuneError && n == 1:
		writeByte(b, s[0], quote)
	case unicode.IsPrint(r):
		b.WriteRune(r)
	default:
		hex := strconv.FormatInt(int64(r), 16)
		switch {
		case r <= 0xff:
			b.WriteString(`\x` + pad(hex, 2))
		case r <= 0xffff:
			b.WriteString(`\u` + pad(hex, 4))
		default:
			b.WriteString(`\U` + pad(hex, 8))
		}
	}
	return n
}

// writeByte writes a byte as it stands in a Python literal.
func writeByte(b *strings.Builder, c, quote byte) {
	switch {
	case c == quote || c == '\\':
		b.WriteByte('\\')
		b.WriteByte(c)
	case c == '\n':
		b.WriteString(`\n`)
	case c == '\r':
		b.WriteString(`\r`)
	case c == '\t':
		b.WriteString(`\t`)
	case c < ' ' || c >= 0x7f:
		b.WriteString(`\x` + pad(strconv.FormatInt(int64(c), 16), 2))
	default:
		b.WriteByte(c)
	}
}

// pad fills digits up with zeros.
func pad(digits string, n int) string {
	return strings.Repeat("0", n-len(digits)) + digits
}
