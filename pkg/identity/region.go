package identity

import (
	"strings"
)

// chooseRegion chooses the Region. As in the AWS CLI, a pseudo-Region such as fips-us-east-1 means us-east-1 with its FIPS endpoint.
func (c *chooser) chooseRegion() {
	region, place := NamedRegion(c.Lookup, c.Region)
	if region == "" && place != "" {
		c.refuse("%s is set and empty: name a Region, or unset it", place)
	}
	if region == "" {
		s, set := c.setting(c.settings, "region")
		if !set {
			c.refuseWith(&Error{Message: `You must specify a region. You can also configure your region by running "aws configure".`, hint: strings.TrimPrefix(c.absent(), "; ")})
		}
		region, place = s.Value, s.Place()
	}
	if !ValidRegion(region) {
		if place != "" {
			place += ": "
		}
		remedy := ""
		if strings.ContainsAny(region, "#;") {
			remedy = " A comment must be on a separate line."
		}
		c.refuse("%sProvided region_name %q doesn't match a supported format.%s", place, region, remedy)
	}
	c.common.Region = strings.ReplaceAll(strings.ReplaceAll(region, "fips-", ""), "-fips", "")
	c.fips = c.common.Region != region
}

// ValidRegion reports whether a Region is a valid label of a host name. The rule is that of botocore.utils.validate_region_name.
func ValidRegion(region string) bool {
	const digits, letters = "0123456789", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	return len(region) <= 63 && strings.Trim(region, letters+digits+"-") == "" && strings.Trim(region, digits) != "" &&
		!strings.HasPrefix(region, "-") && !strings.HasSuffix(region, "-")
}
