package identity

import (
	"cmp"
	"context"
	"crypto/sha1" // #nosec G505 -- it names a file, as the AWS CLI names it
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials/logincreds"
	"github.com/aws/aws-sdk-go-v2/credentials/ssocreds"
	"github.com/aws/aws-sdk-go-v2/service/signin"
	"github.com/aws/aws-sdk-go-v2/service/sso"
	"github.com/aws/aws-sdk-go-v2/service/ssooidc"

	"github.com/awsidem/awsidem/pkg/awsconfig"
)

// sso returns the credentials of a profile's role in IAM Identity Center, or nil if the profile has no such role. "aws sso login" writes the token.
func (c *chooser) sso(profile string) *source {
	settings := c.Files.Profiles[profile]
	_, account := settings["sso_account_id"]
	_, role := settings["sso_role_name"]
	if !account && !role {
		return nil
	}
	settings, session := c.withSession(settings)
	settings, missing := c.allSettings(settings, "sso_role_name", "sso_account_id", "sso_start_url", "sso_region")
	if missing != nil {
		return c.refuse("The profile %q is configured to use SSO but is missing required configuration: %s", profile, strings.Join(missing, ", "))
	}
	region, url := settings["sso_region"], settings["sso_start_url"].Value
	if !ValidRegion(region.Value) {
		return c.refuse("%s: sso_region %q doesn't match the format of a Region", region.Place(), region.Value)
	}
	token := filepath.Join(c.cacheFolder("sso"), fmt.Sprintf("%x.json", sha1.Sum([]byte(cmp.Or(session, url))))) // #nosec G401 -- see above

	client, oidc := c.sourceConfig("SSO"), c.sourceConfig("SSO_OIDC")
	client.Region, oidc.Region = region.Value, region.Value
	return fetched(remote("SSO"), ssocreds.New(sso.NewFromConfig(client), settings["sso_account_id"].Value, settings["sso_role_name"].Value, url, func(o *ssocreds.Options) {
		o.CachedTokenFilepath = token
		if session != "" {
			o.SSOTokenProvider = ssocreds.NewSSOTokenProvider(ssooidc.NewFromConfig(oidc), token)
		}
	}), func(context.Context) error { return checkSSOToken(token, session != "") })
}

// cacheFolder returns the folder of the tokens that "aws sso login" or "aws login" writes.
func (c *chooser) cacheFolder(login string) string {
	home, err := awsconfig.Home(c.Lookup)
	if err != nil {
		c.refuse("finding the home folder for ~/.aws/%s/cache: %v: set HOME", login, err)
	}
	return filepath.Join(home, ".aws", login, "cache")
}

// ssoSession returns the sso-session that a profile names, and the setting with the name. If the profile names none, both are empty.
func (c *chooser) ssoSession(profile awsconfig.Section) (session awsconfig.Section, named awsconfig.Setting) {
	named, set := c.setting(profile, "sso_session")
	session, there := c.Files.SSOSessions[named.Value]
	if set && !there && !c.Unsigned {
		c.refuse("The specified sso-session does not exist: %q. It is named in %s.", named.Value, named.Place())
	}
	return session, named
}

// checkSession refuses a profile whose sso_session does not exist or lacks a setting, even if there are other credentials. The AWS CLI refuses
// it, too, because it reads the session for each client (botocore.tokens.SSOTokenProvider).
func (c *chooser) checkSession() {
	session, named := c.ssoSession(c.settings)
	if named.Value == "" || c.Unsigned {
		return
	}
	if _, missing := c.allSettings(session, "sso_start_url", "sso_region"); missing != nil {
		c.refuse("the sso-session %q, which %s names, has no %s: add this setting", named.Value, named.Place(), missing[0])
	}
}

// withSession returns the settings of a profile and of the sso-session that the profile names, and the session's name. The name is "" if there
// is no session.
func (c *chooser) withSession(profile awsconfig.Section) (both awsconfig.Section, name string) {
	session, named := c.ssoSession(profile)
	both = maps.Clone(profile)
	for key, s := range session {
		if own, set := profile[key]; set && own.Value != s.Value {
			c.refuse("The value for %s is inconsistent between profile (%s) and sso-session (%s): delete one of the two lines", key, own.Place(), s.Place())
		}
		both[key] = s
	}
	return both, named.Value
}

// checkSSOToken returns an error if a file has no token that SSO accepts. If renewable is true, the SDK can renew an expired token.
func checkSSOToken(file string, renewable bool) error {
	text, err := readToken(file)
	if err == nil {
		var token struct{ AccessToken, ExpiresAt, RefreshToken string }
		problem := json.Unmarshal(text, &token) // not in the message: the error may contain a part of the token
		expires, noTime := parseTime(token.ExpiresAt)
		switch {
		case problem != nil || token.AccessToken == "":
			err = fmt.Errorf("%q has no token", file)
		case noTime != nil:
			err = fmt.Errorf("%q: expiresAt is not a time such as 2006-01-02T15:04:05Z", file)
		case !time.Now().Before(expires) && (!renewable || token.RefreshToken == ""):
			err = errors.New("the token has expired")
		}
	}
	if err != nil {
		return &RetrieveError{What: "Error loading SSO Token: run aws sso login", Err: err}
	}
	return nil
}

// login returns the credentials of "aws login", or nil if the profile has no login_session.
func (c *chooser) login(profile string) *source {
	session, set := c.setting(c.Files.Profiles[profile], "login_session")
	if !set {
		return nil
	}
	folder := c.env("AWS_LOGIN_CACHE_DIRECTORY")
	if folder == "" {
		folder = c.cacheFolder("login")
	}
	token := filepath.Join(folder, fmt.Sprintf("%x.json", sha256.Sum256([]byte(strings.TrimSpace(session.Value)))))
	return fetched(remote("signin"), logincreds.New(signin.NewFromConfig(c.sourceConfig("SIGNIN")), token, func(o *logincreds.Options) { o.RestrictPermissions = true }), func(context.Context) error {
		if _, err := os.Stat(token); err != nil {
			return &RetrieveError{What: "Error loading login session token: run aws login", Err: err}
		}
		return nil
	})
}
