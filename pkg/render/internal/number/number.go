// Package number holds numbers as the AWS CLI does: an integer stays an integer, of any size, and everything else is a
// float64, which is written as Python writes it (2.0, 1e+16).
package number

import (
	"encoding/json"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// Number is an integer or a float. The zero value is the float 0.
type Number struct {
	integer *big.Int // nil for a float
	float   float64
}

// Of gives the number that a value is: a json.Number or one of Go's number types. ok is false for anything else.
func Of(value any) (n Number, ok bool) {
	switch v := value.(type) {
	case json.Number:
		return Parse(string(v))
	case int:
		return Int(v), true
	case int32:
		return Int(int(v)), true
	case int64:
		return Number{integer: big.NewInt(v)}, true
	case float32:
		return Float(float64(v)), true
	case float64:
		return Float(v), true
	}
	return Number{}, false
}

// Int is an integer.
func Int(i int) Number { return Number{integer: big.NewInt(int64(i))} }

// Float is a float, be it whole or not.
func Float(f float64) Number { return Number{float: f} }

// Parse reads decimal notation; it refuses infinities and NaN.
func Parse(text string) (n Number, ok bool) {
	if integer, ok := new(big.Int).SetString(text, 10); ok {
		return Number{integer: integer}, true
	}
	if strings.ContainsAny(text, "xXpP_") { // Go's own notations
		return Number{}, false
	}
	float, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(float, 0) || math.IsNaN(float) {
		return Number{}, false
	}
	return Float(float), true
}

// IsInt tells an integer from a float.
func (n Number) IsInt() bool { return n.integer != nil }

// Float64 is the nearest float64.
func (n Number) Float64() float64 {
	if n.integer == nil {
		return n.float
	}
	f, _ := new(big.Float).SetInt(n.integer).Float64()
	return f
}

// Compare is -1, 0 or 1.
func (n Number) Compare(other Number) int {
	if n.IsInt() && other.IsInt() {
		return n.integer.Cmp(other.integer)
	}
	switch a, b := n.Float64(), other.Float64(); {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Add keeps integers exact.
func (n Number) Add(other Number) Number {
	if n.IsInt() && other.IsInt() {
		return Number{integer: new(big.Int).Add(n.integer, other.integer)}
	}
	return Float(n.Float64() + other.Float64())
}

// Abs is the distance from zero.
func (n Number) Abs() Number {
	if n.IsInt() {
		return Number{integer: new(big.Int).Abs(n.integer)}
	}
	return Float(math.Abs(n.float))
}

// Round makes an integer with math.Floor or math.Ceil.
func (n Number) Round(round func(float64) float64) Number {
	if n.IsInt() {
		return n
	}
	if f := round(n.float); !math.IsInf(f, 0) && !math.IsNaN(f) {
		integer, _ := big.NewFloat(f).Int(nil)
		return Number{integer: integer}
	}
	return n
}

// String is Python's notation: the shortest one that reads back, with an exponent below 1e-4 and from 1e16 on.
func (n Number) String() string {
	if n.IsInt() {
		return n.integer.String()
	}
	if size := math.Abs(n.float); size != 0 && (size < 1e-4 || size >= 1e16) {
		return strconv.FormatFloat(n.float, 'e', -1, 64)
	}
	text := strconv.FormatFloat(n.float, 'f', -1, 64)
	if !strings.ContainsAny(text, ".IN") {
		text += ".0"
	}
	return text
}

// JSON is the number for a document.
func (n Number) JSON() json.Number { return json.Number(n.String()) }
