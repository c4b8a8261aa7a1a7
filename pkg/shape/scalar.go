package shape

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"
)

// integer converts a number without a fraction to an int64.
func integer(v any) (n int64, ok bool) {
	switch v := v.(type) {
	case json.Number:
		n, err := strconv.ParseInt(v.String(), 10, 64)
		return n, err == nil
	case int:
		return int64(v), true
	case int64:
		return v, true
	case float64: // encoding/json decodes each number as a float64
		n = int64(v)
		return n, v >= math.MinInt64 && v < math.MaxInt64 && float64(n) == v
	}
	return 0, false
}

// number returns n as a generic value: a float64, as encoding/json decodes it, or an int64 if no float64 is exact.
func number(n int64) any {
	const exact = 1 << 53
	if -exact <= n && n <= exact {
		return float64(n)
	}
	return n
}

// float converts a finite number to a float64.
func float(v any) (f float64, ok bool) {
	switch v := v.(type) {
	case json.Number:
		f, err := strconv.ParseFloat(v.String(), 64)
		return f, err == nil && !math.IsNaN(f) && !math.IsInf(f, 0)
	case int:
		return float64(v), true
	case int64:
		return float64(v), true
	case float64:
		return v, !math.IsNaN(v) && !math.IsInf(v, 0)
	}
	return 0, false
}

// timestamp converts RFC 3339 text or seconds since 1970 to a time. The year must have four digits, because RFC 3339 has no
// text for other years.
func timestamp(v any) (at time.Time, ok bool) {
	switch v := v.(type) {
	case time.Time: // the YAML library decodes a date as a time.Time
		at = v
	case string:
		var err error
		if at, err = time.Parse(time.RFC3339, strings.TrimSpace(v)); err != nil {
			return time.Time{}, false
		}
	default:
		seconds, ok := float(v)
		if !ok || math.Abs(seconds) > 1<<40 {
			return time.Time{}, false
		}
		whole, part := math.Modf(seconds)
		at = time.Unix(int64(whole), int64(part*1e9))
	}
	at = at.UTC()
	return at, 0 <= at.Year() && at.Year() <= 9999
}

// formatTime returns a time in ISO 8601 as the AWS CLI prints it: 2024-01-22T10:00:00+00:00, with microseconds unless they are 0.
func formatTime(at time.Time) string {
	at = at.UTC().Truncate(time.Microsecond)
	if at.Nanosecond() == 0 {
		return at.Format("2006-01-02T15:04:05-07:00")
	}
	return at.Format("2006-01-02T15:04:05.000000-07:00")
}
