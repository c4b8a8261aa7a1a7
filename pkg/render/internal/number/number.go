// Package number computes with numbers as Python, and therefore the AWS CLI, does. Integers are exact and of any size. Every other number is a
// float64. Both are written in Python's notation (2, 2.0, 1e+16).
//
// math/big keeps integers exact. The recorded answers of the AWS CLI contain integers of 21 digits, which int64 can't hold.
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
	float   float64  // of an integer, the nearest float64
}

func ofInteger(i *big.Int) Number {
	nearest, _ := i.Float64()
	return Number{i, nearest}
}

// Of converts a json.Number, int, int64 or float64 to a Number. ok is false for any other type, for NaN, and for a number
// that float64 can't represent. A whole float64 becomes an integer, because encoding/json and pkg/shape hold integers in a
// float64. To be a whole float, a value must be a json.Number such as 2.0.
func Of(value any) (n Number, ok bool) {
	switch v := value.(type) {
	case json.Number:
		return Parse(string(v))
	case int:
		return Int(v), true
	case int64:
		return ofInteger(big.NewInt(v)), true
	case float64:
		if math.IsInf(v, 0) || math.IsNaN(v) {
			return Number{}, false
		}
		n := Number{float: v}
		if v == math.Trunc(v) {
			n = n.Round(math.Trunc)
		}
		return n, true
	}
	return Number{}, false
}

// Int returns the integer i.
func Int(i int) Number { return ofInteger(big.NewInt(int64(i))) }

// Parse reads decimal notation. ok is false for other notations, infinities and NaN.
func Parse(text string) (n Number, ok bool) {
	if integer, ok := new(big.Int).SetString(text, 10); ok {
		return ofInteger(integer), true
	}
	if strings.ContainsAny(text, "xXpP_") { // ParseFloat accepts 0x1p-2 and 1_000.5
		return Number{}, false
	}
	float, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(float, 0) || math.IsNaN(float) {
		return Number{}, false
	}
	return Number{float: float}, true
}

// exact returns n without rounding. n must not be NaN.
func (n Number) exact() *big.Float {
	if n.integer == nil {
		return big.NewFloat(n.float)
	}
	return new(big.Float).SetInt(n.integer)
}

// Compare returns -1 if n is less than other, 1 if n is greater, and 0 otherwise. [Of] and [Parse] return no NaN, which
// has no order.
func (n Number) Compare(other Number) int { return n.exact().Cmp(other.exact()) }

// Add returns the sum, which is an integer if both numbers are.
func (n Number) Add(other Number) Number {
	if n.integer != nil && other.integer != nil {
		return ofInteger(new(big.Int).Add(n.integer, other.integer))
	}
	return Number{float: n.float + other.float}
}

// Over returns the float nearest to n divided by count. It does not round n before the division.
func (n Number) Over(count int) Number {
	if n.integer == nil {
		return Number{float: n.float / float64(count)}
	}
	quotient, _ := new(big.Rat).SetFrac(n.integer, big.NewInt(int64(count))).Float64()
	return Number{float: quotient}
}

// Abs returns the absolute value, which is an integer if n is.
func (n Number) Abs() Number {
	if n.integer != nil {
		return ofInteger(new(big.Int).Abs(n.integer))
	}
	return Number{float: math.Abs(n.float)}
}

// Round converts a float to an integer. round is math.Floor, math.Ceil or math.Trunc. Round returns infinities and NaN unchanged.
func (n Number) Round(round func(float64) float64) Number {
	if n.integer != nil || math.IsInf(n.float, 0) || math.IsNaN(n.float) {
		return n
	}
	integer, _ := big.NewFloat(round(n.float)).Int(nil)
	return ofInteger(integer)
}

// JSON returns the number in Python's notation. A float has the fewest digits that read back as the same float64, and an
// exponent if it is less than 1e-4 or at least 1e16.
func (n Number) JSON() json.Number {
	if n.integer != nil {
		return json.Number(n.integer.String())
	}
	if size := math.Abs(n.float); size != 0 && (size < 1e-4 || size >= 1e16) {
		return json.Number(strconv.FormatFloat(n.float, 'e', -1, 64))
	}
	text := strconv.FormatFloat(n.float, 'f', -1, 64)
	if n.float == math.Trunc(n.float) {
		text += ".0"
	}
	return json.Number(text)
}
