package identity

import (
	"context"
	"crypto/sha1" // #nosec G505 -- it names a file, as the AWS CLI names it
	"crypto/sha256"
	"encoding/hex"
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

// sso returns the role that a profile has by IAM Identity Center, nil if it has none. "aws sso login" writes the token.
func (c *chooser) sso(profile string) (*source, error) {
	settings := c.Files.Profiles[profile]
	_, account := settings["sso_account_id"]
	_, role := settings["sso_role_name"]
	if !account && !role {
		return nil, nil
	}
	settings, session, err := c.withSession(settings)
	if err != nil {
		return nil, err
	}
	value := map[string]string{}
	var missing []string
	for _, key := range []string{"sso_role_name", "sso_account_id", "sso_start_url", "sso_region"} {
		s, set, err := setting(settings, key)
		if err != nil {
			return nil, err
		}
		if !set {
			missing = append(missing, key)
		}
		value[key] = s.Value
	}
	if missing != nil {
		return nil, refuse("The profile %q is configured to use SSO but is missing required configuration: %s", profile, strings.Join(missing, ", "))
	}
	if !validRegion(value["sso_region"]) {
		return nil, refuse("%s: sso_region %q doesn't match the format of a Region", settings["sso_region"].Place(), value["sso_region"])
	}
	key := session
	if session == "" {
		key = value["sso_start_url"]
	}
	home, err := awsconfig.Home(c.Lookup)
	if err != nil {
		return nil, refuse("finding the home folder for ~/.aws/sso/cache: %v: set HOME", err)
	}
	hash := sha1.Sum([]byte(key)) // #nosec G401 -- see above
	token := filepath.Join(home, ".aws", "sso", "cache", hex.EncodeToString(hash[:])+".json")

	client, err := c.config("SSO")
	if err != nil {
		return nil, err
	}
	client.Region = value["sso_region"]
	oidc, err := c.config("SSO_OIDC")
	if err != nil {
		return nil, err
	}
	oidc.Region = value["sso_region"]
	return fetched(ssocreds.New(sso.NewFromConfig(client), value["sso_account_id"], value["sso_role_name"], value["sso_start_url"], func(o *ssocreds.Options) {
		o.CachedTokenFilepath = token
		if session != "" {
			o.SSOTokenProvider = ssocreds.NewSSOTokenProvider(ssooidc.NewFromConfig(oidc), token)
		}
	}), "SSO", "", func(context.Context) error { return checkSSOToken(token, session != "") }), nil
}

// checkSession refuses a profile whose sso_session is not there or lacks a setting, even if there are other credentials. The AWS CLI reads the
// session for each client that it makes (botocore.tokens.SSOTokenProvider).
func (c *chooser) checkSession() error {
	named, set, err := setting(c.settings, "sso_session")
	if err != nil || !set || c.Unsigned {
		return err
	}
	session, there := c.Files.SSOSessions[named.Value]
	if !there {
		return noSession(named)
	}
	for _, key := range []string{"sso_start_url", "sso_region"} {
		if _, set, err := setting(session, key); err != nil || !set {
			if err == nil {
				err = refuse("the sso-session %q, which %s names, has no %s: add it", named.Value, named.Place(), key)
			}
			return err
		}
	}
	return nil
}

func noSession(named awsconfig.Setting) error {
	return refuse("The specified sso-session does not exist: %q. It is named in %s.", named.Value, named.Place())
}

// withSession returns the settings of a profile with those of the sso-session that it names, and the session's name; "" for none.
func (c *chooser) withSession(settings awsconfig.Section) (awsconfig.Section, string, error) {
	named, set, err := setting(settings, "sso_session")
	if err != nil || !set {
		return settings, "", err
	}
	session, there := c.Files.SSOSessions[named.Value]
	if !there {
		return nil, "", noSession(named)
	}
	both := maps.Clone(settings)
	for key, s := range session {
		if own, set := settings[key]; set && own.Value != s.Value {
			return nil, "", refuse("The value for %s is inconsistent between profile (%s) and sso-session (%s): delete one of the two lines", key, own.Place(), s.Place())
		}
		both[key] = s
	}
	return both, named.Value, nil
}

// checkSSOToken reports as an error that there is no token to ask SSO with. One that has expired may be renewed, if it is a session's.
func checkSSOToken(file string, renewable bool) error {
	refused := func(err error) error {
		return &RetrieveError{What: "Error loading SSO Token: run aws sso login", Err: err}
	}
	text, err := readToken(file)
	if err != nil {
		return refused(err)
	}
	var token struct {
		AccessToken, ExpiresAt, RefreshToken string
	}
	if json.Unmarshal(text, &token) != nil || token.AccessToken == "" { // its error might have text of the file
		return refused(fmt.Errorf("%q holds no token", file))
	}
	expires, err := parseTime(token.ExpiresAt)
	if err != nil {
		return refused(fmt.Errorf("the end of the token in %q is no time", file))
	}
	if !time.Now().Before(expires) && (!renewable || token.RefreshToken == "") {
		return refused(errors.New("the token has expired"))
	}
	return nil
}

// login returns the credentials of "aws login", nil if the profile has no login_session.
func (c *chooser) login(profile string) (*source, error) {
	session, set, err := setting(c.Files.Profiles[profile], "login_session")
	if err != nil || !set {
		return nil, err
	}
	folder := c.env("AWS_LOGIN_CACHE_DIRECTORY")
	if folder == "" {
		home, err := awsconfig.Home(c.Lookup)
		if err != nil {
			return nil, refuse("finding the home folder for ~/.aws/login/cache: %v: set HOME", err)
		}
		folder = filepath.Join(home, ".aws", "login", "cache")
	}
	hash := sha256.Sum256([]byte(strings.TrimSpace(session.Value)))
	token := filepath.Join(folder, hex.EncodeToString(hash[:])+".json")
	cfg, err := c.config("SIGNIN")
	if err != nil {
		return nil, err
	}
	return fetched(logincreds.New(signin.NewFromConfig(cfg), token, func(o *logincreds.Options) { o.RestrictPermissions = true }), "signin", "", func(context.Context) error {
		if _, err := os.Stat(token); err != nil {
			return &RetrieveError{What: "Error loading login session token: run aws login", Err: err}
		}
		return nil
	}), nil
}
