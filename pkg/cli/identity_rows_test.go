//go:build !windows

package cli

import (
	"crypto/sha1" // #nosec G505 -- it names a file
	"encoding/hex"
)

// An identityRow is a configuration, and whose request a create is with it. In files and variables, HOMEDIR is the home folder, PROG a
// credential_process, SERVER the address of a container and of an instance with a role, which is there in each row.
type identityRow struct {
	name                string
	config, credentials string            // the shared files; "": not there
	files               map[string]string // others in the home folder
	env                 []string          // NAME=VALUE, or NAME for one that is unset
	args                []string

	signs   string // who signs; "": it is refused
	refusal string // a part of the message
	code    int    // of a refusal, if it is not 253

	aws string // what the AWS CLI does, if it is something else: who signs, "refuses", or "untested"
	why string // why the two differ
}

func role(name string) string { return "role_arn = arn:aws:iam::123456789012:role/" + name + "\n" }

// ssoToken is a token as "aws sso login" leaves it, under the name of a session or a start URL.
func ssoToken(key string) map[string]string {
	hash := sha1.Sum([]byte(key)) // #nosec G401 -- see above
	return map[string]string{".aws/sso/cache/" + hex.EncodeToString(hash[:]) + ".json": `{"accessToken": "TOKEN", "expiresAt": "2099-01-01T00:00:00Z", "region": "us-east-1", "startUrl": "https://x"}`}
}

const (
	sso  = "sso_start_url = https://x\nsso_region = us-east-1\nsso_account_id = 123\nsso_role_name = dev\n"
	ops  = "--profile=ops"
	prog = "credential_process = PROG\n"
)

func irsa() []string {
	return []string{"AWS_ROLE_ARN=arn:aws:iam::123456789012:role/node", "AWS_WEB_IDENTITY_TOKEN_FILE=HOMEDIR/token"}
}

const (
	emptyVariable = "a variable that is set and empty is a mistake"
	emptySetting  = "a setting without a value is a mistake"
)

// identityRows are those of the issue, as the AWS CLI was seen to take them, and more of their kinds.
func identityRows() []identityRow {
	hub := "[profile ops]\n" + role("ops") + "source_profile = hub\n[profile hub]\n" + keys("AKIAHUB")
	return []identityRow{
		// The grammar of the files.
		{name: "a section's line without the bracket", config: "[profile ops\nregion = eu-west-1\n", credentials: "[ops]\n" + keys("AKIAOPS"), args: []string{ops}, refusal: "Unable to parse config file: HOMEDIR/.aws/config, line 1: "},
		{name: "a key without the sign", config: "[profile ops]\nregion = eu-west-1\n", credentials: "[ops]\naws_access_key_id AKIAOPS\naws_secret_access_key HUSH\n", args: []string{ops}, refusal: "Unable to parse config file: HOMEDIR/.aws/credentials, line 2: "},
		{name: "a mark of a merge", config: "[default]\nregion = eu-west-1\n<<<<<<< HEAD\n", credentials: "[default]\n" + keys("AKIAONE"), refusal: "Unable to parse config file: HOMEDIR/.aws/config, line 3: "},
		{name: "a section twice", credentials: "[default]\n" + keys("AKIAONE") + "[default]\n" + keys("AKIATWO"), refusal: "Unable to parse config file: HOMEDIR/.aws/credentials, line 4: the section [default] is already in line 1"},
		{name: "a key twice", credentials: "[default]\n" + keys("AKIAONE") + "AWS_ACCESS_KEY_ID = AKIATWO\n", refusal: "credentials, line 4: the key \"aws_access_key_id\" of [default] is already in line 2"},
		{name: "no UTF-8", config: "# M\xfcller\n[default]\n", credentials: "[default]\n" + keys("AKIAONE"), refusal: "Unable to parse config file: HOMEDIR/.aws/config, line 1: it is not UTF-8"},
		{name: "a broken section of another profile", config: "[profile other]\nx\n", credentials: "[ops]\n" + keys("AKIAOPS"), args: []string{ops}, refusal: "config, line 2: "},
		{name: "a broken file beside keys in the environment", config: "[default\n", env: []string{"AWS_ACCESS_KEY_ID=AKIAENV", "AWS_SECRET_ACCESS_KEY=HUSH"}, refusal: "config, line 1: "},
		{name: "CRLF", config: "[profile ops]\r\nregion = eu-west-1\r\n", credentials: "[ops]\r\naws_access_key_id = AKIAOPS\r\naws_secret_access_key = HUSH\r\n", env: []string{"AWS_REGION", "AWS_DEFAULT_REGION"}, args: []string{ops}, signs: "AKIAOPS in eu-west-1"},
		{name: "a colon and capitals", credentials: "[default]\nAWS_Access_Key_ID: AKIAONE\naws_secret_access_key : HUSH\n", signs: "AKIAONE"},
		{name: "nested settings are not the profile's", config: "[default]\ns3 =\n  region = eu-west-1\n  aws_access_key_id = AKIATWO\n", credentials: "[default]\n" + keys("AKIAONE"), signs: "AKIAONE"},
		{name: "a tilde in AWS_SHARED_CREDENTIALS_FILE", files: map[string]string{"keys": "[default]\n" + keys("AKIAONE")}, env: []string{"AWS_SHARED_CREDENTIALS_FILE=~/keys"}, signs: "AKIAONE"},
		{name: "a tilde in AWS_CONFIG_FILE", files: map[string]string{"conf": "[profile ops]\n" + keys("AKIAOPS")}, env: []string{"AWS_CONFIG_FILE=~/conf"}, args: []string{ops}, signs: "AKIAOPS"},
		{name: "a variable in AWS_CONFIG_FILE", files: map[string]string{"conf": "[profile ops]\n" + keys("AKIAOPS")}, env: []string{"AWS_CONFIG_FILE=${HOME}/conf"}, args: []string{ops}, signs: "AKIAOPS"},
		{name: "AWS_CONFIG_FILE is empty", config: "[profile ops]\n" + keys("AKIAOPS"), credentials: "[default]\n" + keys("AKIAONE"), env: []string{"AWS_CONFIG_FILE="}, refusal: "AWS_CONFIG_FILE is set and empty", aws: "AKIAONE", why: emptyVariable},
		{name: "a folder as the credentials file", env: []string{"AWS_SHARED_CREDENTIALS_FILE=HOMEDIR"}, refusal: "Unable to parse config file: HOMEDIR: it is a folder", aws: "the instance", why: "the file that is named is there, and has no keys that can be read"},
		{name: "a quoted name", config: "[profile 'night shift']\nregion = eu-west-1\n", credentials: "[night shift]\n" + keys("AKIANIGHT"), env: []string{"AWS_REGION", "AWS_DEFAULT_REGION"}, args: []string{"--profile", "night shift"}, signs: "AKIANIGHT in eu-west-1"},
		{name: "a name in double quotes", config: "[profile \"ops\"]\n" + role("ops") + "source_profile = hub\n[profile hub]\n" + keys("AKIAHUB"), args: []string{ops}, signs: "role/ops by AKIAHUB"},
		{name: "a quoted role before keys", config: "[profile 'night shift']\n" + role("ops") + "source_profile = hub\n", credentials: "[hub]\n" + keys("AKIAHUB") + "[night shift]\n" + keys("AKIANIGHT"), args: []string{"--profile", "night shift"}, signs: "role/ops by AKIAHUB"},
		{name: "a quote that is not closed is no profile", config: "[profile 'ops]\n" + keys("AKIAOPS"), args: []string{ops}, refusal: "The config profile (ops) could not be found"},
		{name: "[default] and then [profile default]", config: "[default]\n" + keys("AKIAONE") + "[profile default]\n" + keys("AKIATWO"), signs: "AKIATWO"},
		{name: "comment signs in an external id", config: hub + "[profile x]\n" + role("x") + "source_profile = hub\nexternal_id = team 7 #2\n", args: []string{"--profile=x"}, signs: "role/x by AKIAHUB, ExternalId team 7 #2"},
		{name: "a comment after a source", config: "[profile ops]\n" + role("ops") + "source_profile = hub # main account\n[profile hub]\n" + keys("AKIAHUB"), args: []string{ops}, refusal: `The source_profile "hub # main account" referenced in the profile "ops" does not exist. It is named in HOMEDIR/.aws/config, line 3.`},
		{name: "a comment after a Region", config: "[default]\nregion = eu-west-1 # Ireland\n", credentials: "[default]\n" + keys("AKIAONE"), env: []string{"AWS_REGION", "AWS_DEFAULT_REGION"}, refusal: `config, line 2: Provided region_name "eu-west-1 # Ireland" doesn't match a supported format. A comment must be on a separate line.`},

		// The profile.
		{name: "AWS_PROFILE is empty", credentials: "[default]\n" + keys("AKIAONE"), env: []string{"AWS_PROFILE="}, refusal: "The config profile () could not be found: AWS_PROFILE is set and empty"},
		{name: "AWS_PROFILE is not there", credentials: "[default]\n" + keys("AKIAONE"), env: []string{"AWS_PROFILE=none", "AWS_ACCESS_KEY_ID=AKIAENV", "AWS_SECRET_ACCESS_KEY=HUSH"}, refusal: "The config profile (none) could not be found"},
		{name: "--profile is empty", credentials: "[default]\n" + keys("AKIAONE"), args: []string{"--profile", ""}, refusal: "--profile is empty", code: exitUsage, aws: "AKIAONE", why: "an empty flag is a variable that was not set, most likely"},
		{name: "--profile before keys in the environment", credentials: "[ops]\n" + keys("AKIAOPS"), env: []string{"AWS_ACCESS_KEY_ID=AKIAENV", "AWS_SECRET_ACCESS_KEY=HUSH"}, args: []string{ops}, signs: "AKIAOPS"},
		{name: "keys in the environment before AWS_PROFILE", credentials: "[ops]\n" + keys("AKIAOPS"), env: []string{"AWS_PROFILE=ops", "AWS_ACCESS_KEY_ID=AKIAENV", "AWS_SECRET_ACCESS_KEY=HUSH"}, signs: "AKIAENV"},
		{name: "AWS_PROFILE before AWS_DEFAULT_PROFILE", credentials: "[ops]\n" + keys("AKIAOPS") + "[hub]\n" + keys("AKIAHUB"), env: []string{"AWS_PROFILE=ops", "AWS_DEFAULT_PROFILE=hub"}, signs: "AKIAOPS", aws: "untested", why: "version 1 of the AWS CLI has the two the other way round"},
		{name: "AWS_DEFAULT_PROFILE", credentials: "[ops]\n" + keys("AKIAOPS"), env: []string{"AWS_DEFAULT_PROFILE=ops"}, signs: "AKIAOPS"},
		{name: "a profile in both files", config: "[profile ops]\n" + keys("AKIATWO"), credentials: "[ops]\n" + keys("AKIAOPS"), args: []string{ops}, signs: "AKIAOPS"},
		{name: "a profile that says nothing of credentials", config: "[profile ops]\nregion = eu-west-1\n", env: []string{"AWS_PROFILE=ops", "AWS_CONTAINER_CREDENTIALS_FULL_URI=SERVER/container"}, signs: "the container"},

		// Keys.
		{name: "half a key in the environment", credentials: "[default]\n" + keys("AKIAONE"), env: []string{"AWS_ACCESS_KEY_ID=AKIAENV"}, refusal: "Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY"},
		{name: "half a key in the environment, and --profile", credentials: "[ops]\n" + keys("AKIAOPS"), env: []string{"AWS_ACCESS_KEY_ID=AKIAENV"}, args: []string{ops}, signs: "AKIAOPS"},
		{name: "a secret alone in the environment", credentials: "[default]\n" + keys("AKIAONE"), env: []string{"AWS_SECRET_ACCESS_KEY=HUSH"}, signs: "AKIAONE"},
		{name: "AWS_ACCESS_KEY_ID is empty", credentials: "[default]\n" + keys("AKIAONE"), env: []string{"AWS_ACCESS_KEY_ID=", "AWS_SECRET_ACCESS_KEY="}, refusal: "Unable to locate credentials: AWS_ACCESS_KEY_ID is set and empty", aws: "AKIAONE", why: emptyVariable},
		{name: "AWS_SECURITY_TOKEN before AWS_SESSION_TOKEN", env: []string{"AWS_ACCESS_KEY_ID=AKIAENV", "AWS_SECRET_ACCESS_KEY=HUSH", "AWS_SECURITY_TOKEN=one", "AWS_SESSION_TOKEN=two"}, signs: "AKIAENV with the token one"},
		{name: "keys in the environment that have expired", env: []string{"AWS_ACCESS_KEY_ID=AKIAENV", "AWS_SECRET_ACCESS_KEY=HUSH", "AWS_CREDENTIAL_EXPIRATION=2020-01-01T00:00:00Z"}, refusal: "AWS_CREDENTIAL_EXPIRATION: the credentials expired at 2020-01-01T00:00:00Z"},
		{name: "a line break in an access key id", env: []string{"AWS_ACCESS_KEY_ID=AKIAENV\n", "AWS_SECRET_ACCESS_KEY=HUSH"}, refusal: "AWS_ACCESS_KEY_ID: Invalid header value: the access key id contains a line break"},
		{name: "a carriage return in a session token", env: []string{"AWS_ACCESS_KEY_ID=AKIAENV", "AWS_SECRET_ACCESS_KEY=HUSH", "AWS_SESSION_TOKEN=HUSHTOKEN\r"}, refusal: "AWS_SESSION_TOKEN: Invalid header value: the session token contains a line break"},
		{name: "a line break in a secret", env: []string{"AWS_ACCESS_KEY_ID=AKIAENV", "AWS_SECRET_ACCESS_KEY=HUSH\n"}, refusal: "AWS_SECRET_ACCESS_KEY: ", aws: "AKIAENV", why: "EC2 refuses the signature"},
		{name: "an empty secret", credentials: "[default]\naws_access_key_id = AKIAONE\naws_secret_access_key =\n", refusal: "HOMEDIR/.aws/credentials, line 3: aws_secret_access_key is empty", aws: "AKIAONE", why: "EC2 refuses the signature"},
		{name: "no secret", credentials: "[default]\naws_access_key_id = AKIAONE\n", refusal: "Partial credentials found in shared-credentials-file, missing: aws_secret_access_key: add it below HOMEDIR/.aws/credentials, line 2"},
		{name: "no secret in the config file", config: "[default]\naws_access_key_id = AKIAONE\n", refusal: "Partial credentials found in config-file, missing: aws_secret_access_key"},
		{name: "a secret alone in a file", credentials: "[default]\naws_secret_access_key = HUSH\n", refusal: "missing: aws_access_key_id: add it above HOMEDIR/.aws/credentials, line 2", aws: "the instance", why: "a key that lacks a half is a mistake"},
		{name: "half a key in each file", config: "[default]\naws_secret_access_key = HUSH\n", credentials: "[default]\naws_access_key_id = AKIAONE\n", refusal: "Partial credentials found in shared-credentials-file"},

		// Roles.
		{name: "a role", config: hub, args: []string{ops}, signs: "role/ops by AKIAHUB"},
		{name: "a role without a source", config: "[profile ops]\n" + role("ops"), args: []string{ops}, refusal: "Partial credentials found in assume-role, missing: source_profile or credential_source: add one of them below HOMEDIR/.aws/config, line 2"},
		{name: "a role with two sources", config: "[profile ops]\n" + role("ops") + "source_profile = ops\ncredential_source = Environment\n", args: []string{ops}, refusal: `The profile "ops" contains both source_profile and credential_source`},
		{name: "a role by its own keys", config: "[profile ops]\n" + role("ops") + "source_profile = ops\n" + keys("AKIAOPS"), args: []string{ops}, signs: "role/ops by AKIAOPS"},
		{name: "a chain of roles", config: "[profile a]\n" + role("a") + "source_profile = ops\n" + hub, args: []string{"--profile=a"}, signs: "role/a by role/ops by AKIAHUB"},
		{name: "a loop of roles", config: "[profile ops]\n" + role("ops") + "source_profile = b\n[profile b]\n" + role("b") + "source_profile = ops\n", args: []string{ops}, refusal: "Infinite loop in credential configuration detected"},
		{name: "an empty source", config: "[profile ops]\n" + role("ops") + "source_profile =\n", args: []string{ops}, refusal: `The source_profile "" referenced in the profile "ops" does not exist`},
		{name: "a source that has no credentials", config: "[profile ops]\n" + role("ops") + "source_profile = b\n[profile b]\nregion = eu-west-1\n", args: []string{ops}, refusal: `The source profile "b" must have credentials`},
		{name: "a role of the environment's keys", config: "[profile ops]\n" + role("ops") + "credential_source = Environment\n", env: []string{"AWS_ACCESS_KEY_ID=AKIAENV", "AWS_SECRET_ACCESS_KEY=HUSH"}, args: []string{ops}, signs: "role/ops by AKIAENV"},
		{name: "a role of keys that are not there", config: "[profile ops]\n" + role("ops") + "credential_source = Environment\n", args: []string{ops}, refusal: "No credentials found in credential_source referenced in profile ops"},
		{name: "a role of the container", config: "[profile ops]\n" + role("ops") + "credential_source = EcsContainer\n", env: []string{"AWS_CONTAINER_CREDENTIALS_FULL_URI=SERVER/container"}, args: []string{ops}, signs: "role/ops by the container"},
		{name: "a role of the instance", config: "[profile ops]\n" + role("ops") + "credential_source = Ec2InstanceMetadata\n", args: []string{ops}, signs: "role/ops by the instance"},
		{name: "a source of a kind that there is not", config: "[profile ops]\n" + role("ops") + "credential_source = environment\n", args: []string{ops}, refusal: `The credential source "environment" referenced in profile "ops" is not valid`},
		{name: "a duration", config: hub + "[profile x]\n" + role("x") + "source_profile = hub\nduration_seconds = 1800\nrole_session_name = me\n", args: []string{"--profile=x"}, signs: "role/x by AKIAHUB, DurationSeconds 1800, RoleSessionName me"},
		{name: "a duration that is no number", config: hub + "[profile x]\n" + role("x") + "source_profile = hub\nduration_seconds = 1h\n", args: []string{"--profile=x"}, refusal: "duration_seconds must be a whole number from 900 to 43200", aws: "role/x by AKIAHUB", why: "a setting that can't be read is a mistake"},
		{name: "an empty role", config: "[profile ops]\nrole_arn =\nsource_profile = hub\n[profile hub]\n" + keys("AKIAHUB"), args: []string{ops}, refusal: "HOMEDIR/.aws/config, line 2: role_arn is empty"},
		{name: "an MFA device", config: hub + "[profile x]\n" + role("x") + "source_profile = hub\nmfa_serial = m\n", args: []string{"--profile=x"}, refusal: "the profile has an mfa_serial", aws: "refuses"},

		// Web identity.
		{name: "a role of a role of a token", config: "[default]\n" + role("pod") + "web_identity_token_file = HOMEDIR/token\n[profile ops]\n" + role("ops") + "source_profile = default\n", env: append(irsa(), "AWS_PROFILE=ops"), signs: "role/ops by role/pod by the token"},
		{name: "a role before a token in the environment", config: hub, env: append(irsa(), "AWS_PROFILE=ops"), signs: "role/ops by AKIAHUB"},
		{name: "a token in the environment before keys", config: "[profile hub]\n" + keys("AKIAHUB"), env: append(irsa(), "AWS_PROFILE=hub"), signs: "role/node by the token"},
		{name: "--profile before a token in the environment", config: "[profile ops]\n" + keys("AKIAOPS"), env: irsa(), args: []string{ops}, signs: "AKIAOPS"},
		{name: "a token in the profile before keys", config: "[profile ops]\n" + role("ops") + "web_identity_token_file = HOMEDIR/token\n", credentials: "[ops]\n" + keys("AKIAOPS"), args: []string{ops}, signs: "role/ops by the token"},
		{name: "a token that is not there", env: []string{irsa()[0], "AWS_WEB_IDENTITY_TOKEN_FILE=HOMEDIR/none"}, refusal: "Unable to read the web identity token that AWS_WEB_IDENTITY_TOKEN_FILE names: open HOMEDIR/none: "},
		{name: "a token without a role", env: irsa()[1:], refusal: "AWS_WEB_IDENTITY_TOKEN_FILE names a web identity token file, but no role ARN is configured"},
		{name: "AWS_WEB_IDENTITY_TOKEN_FILE is empty", env: []string{irsa()[0], "AWS_WEB_IDENTITY_TOKEN_FILE="}, refusal: "AWS_WEB_IDENTITY_TOKEN_FILE is set and empty", aws: "the instance", why: emptyVariable},
		{name: "AWS_ROLE_ARN is empty", config: "[default]\n" + role("pod"), env: []string{"AWS_ROLE_ARN=", irsa()[1], "AWS_PROFILE=default"}, refusal: "Partial credentials found in assume-role"},
		{name: "AWS_ROLE_SESSION_NAME is empty", env: append(irsa(), "AWS_ROLE_SESSION_NAME="), refusal: "AWS_ROLE_SESSION_NAME is set and empty: set it to a name, or unset it", aws: "role/node by the token", why: emptyVariable},
		{name: "a token file without an end", env: []string{irsa()[0], "AWS_WEB_IDENTITY_TOKEN_FILE=/dev/zero"}, refusal: `Unable to read the web identity token that AWS_WEB_IDENTITY_TOKEN_FILE names: "/dev/zero" is not a regular file: write the token to a regular file`, aws: "untested", why: "it reads until the memory is full"},
		{name: "web_identity_token_file is empty", config: "[profile ops]\n" + role("ops") + "web_identity_token_file =\n", args: []string{ops}, refusal: "web_identity_token_file is empty", aws: "the instance", why: emptySetting},

		// SSO.
		{name: "SSO before keys", config: "[profile ops]\n" + sso + keys("AKIAOPS"), files: ssoToken("https://x"), args: []string{ops}, signs: "SSO role dev of 123 by TOKEN"},
		{name: "SSO before keys in the credentials file", config: "[profile ops]\n" + sso, credentials: "[ops]\n" + keys("AKIAOPS"), files: ssoToken("https://x"), args: []string{ops}, signs: "SSO role dev of 123 by TOKEN"},
		{name: "an SSO session", config: "[sso-session 'my corp']\nsso_start_url = https://x\nsso_region = us-east-1\n[profile ops]\nsso_session = my corp\nsso_account_id = 123\nsso_role_name = dev\n", files: ssoToken("my corp"), args: []string{ops}, signs: "SSO role dev of 123 by TOKEN"},
		{name: "an SSO session that is not there", config: "[profile ops]\nsso_session = corp\n" + sso, files: ssoToken("corp"), args: []string{ops}, refusal: `The specified sso-session does not exist: "corp"`},
		{name: "an SSO session that is not there, beside keys", config: "[profile ops]\nsso_session = corp\n" + keys("AKIAOPS"), args: []string{ops}, refusal: `The specified sso-session does not exist: "corp". It is named in HOMEDIR/.aws/config, line 2.`, aws: "untested", why: "version 1.27 and later refuse; Debian's AWS CLI is older"},
		{name: "an SSO session that is not there, and no other source", config: "[profile ops]\nsso_session = corp\n", env: []string{"AWS_PROFILE=ops"}, refusal: `The specified sso-session does not exist: "corp"`, aws: "untested", why: "version 1.27 and later refuse; Debian's AWS CLI is older"},
		{name: "an SSO session without a Region", config: "[sso-session corp]\nsso_start_url = https://x\n[profile ops]\nsso_session = corp\n" + keys("AKIAOPS"), args: []string{ops}, refusal: "the sso-session \"corp\", which HOMEDIR/.aws/config, line 4 names, has no sso_region: add this setting", aws: "untested", why: "version 1.27 and later refuse; Debian's AWS CLI is older"},
		{name: "half of SSO", config: "[profile ops]\nsso_account_id = 123\n" + keys("AKIAOPS"), args: []string{ops}, refusal: `The profile "ops" is configured to use SSO but is missing required configuration: sso_role_name, sso_start_url, sso_region`},
		{name: "SSO without a token", config: "[profile ops]\n" + sso + keys("AKIAOPS"), args: []string{ops}, refusal: "Error loading SSO Token: run aws sso login: "},

		// credential_process.
		{name: "a process before keys in the config file", config: "[profile ops]\n" + prog + keys("AKIAOPS"), args: []string{ops}, signs: "the process of "},
		{name: "keys in the credentials file before a process", config: "[profile ops]\n" + prog, credentials: "[ops]\n" + keys("AKIAOPS"), args: []string{ops}, signs: "AKIAOPS"},
		{name: "a process with quotes", config: "[default]\ncredential_process = \"PROG\" \"team #2\" 'a b'\\ c\n", signs: "the process of team #2|a b c"},
		{name: "a process and what a shell would act on", config: "[default]\ncredential_process = PROG https://idp/?app=1&env=2 $HOME ~ *; # (x) | <y\n", signs: "the process of https://idp/?app=1&env=2|$HOME|~|*;|#|(x)|||<y"},
		{name: "a process that prints what has expired", config: "[default]\ncredential_process = sh -c \"echo '{\\\"Version\\\": 1, \\\"AccessKeyId\\\": \\\"AKIAP\\\", \\\"SecretAccessKey\\\": \\\"HUSH\\\", \\\"Expiration\\\": \\\"2020-01-01T00:00:00Z\\\"}'\"\n", refusal: "Credentials were refreshed, but the refreshed credentials are still expired.", aws: "untested", why: "the AWS CLI runs it again within its window and refuses as well"},
		{name: "a process that fails", config: "[default]\ncredential_process = sh -c 'echo HUSH; echo log in first >&2; exit 3'\n", refusal: "Unable to locate credentials: HOMEDIR/.aws/config, line 2: credential_process: exit status 3: log in first"},
		{name: "a process that is not there", config: "[default]\ncredential_process = HOMEDIR/none\n", refusal: "HOMEDIR/none"},
		{name: "a process that prints no credentials", config: "[default]\ncredential_process = echo '{\"Version\": 1, \"AccessKeyId\": \"AKIAP\"}'\n", refusal: "Missing required key in response: 'SecretAccessKey'"},
		{name: "an empty process", config: "[default]\ncredential_process =\n", refusal: "credential_process is empty"},
		{name: "a quote of a process that is not closed", config: "[default]\ncredential_process = PROG 'team\n", refusal: "credential_process: a quote is not closed"},
		{name: "a role of a process", config: "[profile ops]\n" + role("ops") + "source_profile = p\n[profile p]\n" + prog, args: []string{ops}, signs: "role/ops by the process of "},

		// The container and the instance.
		{name: "the container before the instance", env: []string{"AWS_CONTAINER_CREDENTIALS_FULL_URI=SERVER/container", "AWS_CONTAINER_AUTHORIZATION_TOKEN=pod"}, signs: "the container pod"},
		{name: "a container's token file", env: []string{"AWS_CONTAINER_CREDENTIALS_FULL_URI=SERVER/container", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=HOMEDIR/token"}, signs: "the container the token", aws: "untested", why: "Debian's AWS CLI is older than the variable"},
		{name: "a container's token file without an end", env: []string{"AWS_CONTAINER_CREDENTIALS_FULL_URI=SERVER/container", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=/dev/zero"}, refusal: `"/dev/zero" is not a regular file`, aws: "untested", why: "it reads until the memory is full"},
		{name: "a container's token file without a name", env: []string{"AWS_CONTAINER_CREDENTIALS_FULL_URI=SERVER/container", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE="}, refusal: "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE is set and empty: name the file of a token, or unset it", aws: "untested", why: "Debian's AWS CLI is older than the variable"},
		{name: "a container's token with a line break", env: []string{"AWS_CONTAINER_CREDENTIALS_FULL_URI=SERVER/container", "AWS_CONTAINER_AUTHORIZATION_TOKEN=HUSH\n"}, refusal: "AWS_CONTAINER_AUTHORIZATION_TOKEN: Auth token value is not a legal header value"},
		{name: "an empty URI of a container", env: []string{"AWS_CONTAINER_CREDENTIALS_FULL_URI="}, refusal: "AWS_CONTAINER_CREDENTIALS_FULL_URI: it is not a URL"},
		{name: "an empty path of a container", env: []string{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI="}, refusal: "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI must begin with", aws: "untested", why: "it would ask 169.254.170.2"},
		{name: "a container somewhere else", env: []string{"AWS_CONTAINER_CREDENTIALS_FULL_URI=http://example.com/container"}, refusal: "AWS_CONTAINER_CREDENTIALS_FULL_URI: Unsupported host \"example.com\""},
		{name: "the instance", signs: "the instance"},
		{name: "no instance", env: []string{"AWS_EC2_METADATA_DISABLED=true"}, refusal: "Unable to locate credentials"},
		{name: "neither an instance nor none", env: []string{"AWS_EC2_METADATA_DISABLED=1"}, refusal: "AWS_EC2_METADATA_DISABLED: it must be true or false", aws: "the instance", why: "a switch that is neither on nor off is a mistake"},
		{name: "a file that is named and is not there", env: []string{"AWS_SHARED_CREDENTIALS_FILE=HOMEDIR/none", "AWS_EC2_METADATA_DISABLED=true"}, refusal: `AWS_SHARED_CREDENTIALS_FILE names "HOMEDIR/none", which does not exist`},
		{name: "a file of the forerunners", files: map[string]string{".boto": "[Credentials]\n" + keys("AKIAOLD")}, refusal: "HOMEDIR/.boto, line 2 has keys, but awsidem does not read this file", aws: "AKIAOLD", why: "boto's file is not read"},

		// What else the files and the environment say of a request for credentials.
		{name: "REQUESTS_CA_BUNDLE", credentials: "[default]\n" + keys("AKIAONE"), env: []string{"AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE=BUNDLE"}, signs: "AKIAONE"},
		{name: "the profile's ca_bundle before REQUESTS_CA_BUNDLE", config: "[default]\nca_bundle = BUNDLE\n" + keys("AKIAONE"), env: []string{"AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE=HOMEDIR/none"}, signs: "AKIAONE"},
		{name: "certificates without an end", credentials: "[default]\n" + keys("AKIAONE"), env: []string{"AWS_CA_BUNDLE=/dev/zero"}, refusal: `AWS_CA_BUNDLE: "/dev/zero" has more than 16 MiB: name another file`, aws: "untested", why: "the bundle is what leads the AWS CLI to this AWS"},
		{name: "a services section for STS", config: "[services s]\nsts =\n  endpoint_url = SERVER\n[profile x]\nservices = s\n" + role("x") + "source_profile = hub\n" + hub, args: []string{"--profile=x"}, signs: "role/x by AKIAHUB"},
		{name: "a services section that is not there", config: "[default]\nservices = s\n" + keys("AKIAONE"), refusal: `the "s" services configuration does not exist`, aws: "untested", why: "Debian's AWS CLI is older than the setting"},
		{name: "an endpoint of STS that is none", config: hub, env: []string{"AWS_ENDPOINT_URL_STS=localhost:1"}, args: []string{ops}, refusal: `Invalid endpoint: "localhost:1" is not a URL such as https://host[:port], from AWS_ENDPOINT_URL_STS`, aws: "untested", why: "Debian's AWS CLI is older than the variable"},
		{name: "a proxy that is none", credentials: "[default]\n" + keys("AKIAONE"), env: []string{"https_proxy=http://user:HUSH@[::1"}, refusal: "https_proxy is not a URL such as http://host:port", aws: "untested", why: "the proxy is what leads the AWS CLI to this AWS"},
		{name: "no HOME", files: map[string]string{"keys": "[default]\n" + keys("AKIAONE")}, env: []string{"HOME", "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=HOMEDIR/keys"}, signs: "AKIAONE"},

		// The Region.
		{name: "--endpoint-url is empty", credentials: "[default]\n" + keys("AKIAONE"), args: []string{"--endpoint-url", ""}, refusal: "--endpoint-url is empty", code: exitUsage},
		{name: "--ca-bundle is empty", credentials: "[default]\n" + keys("AKIAONE"), args: []string{"--ca-bundle", ""}, refusal: "--ca-bundle is empty", code: exitUsage, aws: "untested", why: "it verifies no certificate"},
		{name: "certificates that are none", credentials: "[default]\n" + keys("AKIAONE"), files: map[string]string{"ca": "-----BEGIN CERTIFICATE-----\ngarbage\n-----END CERTIFICATE-----\n"}, env: []string{"AWS_CA_BUNDLE=HOMEDIR/ca"}, refusal: `AWS_CA_BUNDLE: "HOMEDIR/ca" holds no certificate in PEM`, aws: "untested", why: "the bundle is what leads the AWS CLI to this AWS"},
		{name: "--region is empty", credentials: "[default]\n" + keys("AKIAONE"), args: []string{"--region", ""}, refusal: "--region is empty", code: exitUsage, aws: "untested", why: "it signs for the Region \"\""},
		{name: "AWS_REGION is empty", config: "[default]\nregion = eu-west-1\n" + keys("AKIAONE"), env: []string{"AWS_REGION=", "AWS_DEFAULT_REGION"}, refusal: "AWS_REGION is set and empty", aws: "untested", why: "version 1 reads AWS_DEFAULT_REGION alone"},
		{name: "an empty Region of a profile", config: "[default]\nregion =\n" + keys("AKIAONE"), env: []string{"AWS_REGION", "AWS_DEFAULT_REGION"}, refusal: "config, line 2: region is empty", aws: "untested", why: "it signs for the Region \"\""},
		{name: "a pseudo-Region", credentials: "[default]\n" + keys("AKIAONE"), args: []string{"--region", "fips-us-east-1"}, signs: "AKIAONE"},
		{name: "a pseudo-Region of a profile", config: "[default]\nregion = eu-west-1-fips\n" + keys("AKIAONE"), env: []string{"AWS_REGION", "AWS_DEFAULT_REGION"}, signs: "AKIAONE in eu-west-1"},
		{name: "the profile's Region is the credentials file's", config: "[profile ops]\nregion = us-west-2\n", credentials: "[ops]\nregion = eu-west-1\n" + keys("AKIAOPS"), env: []string{"AWS_REGION", "AWS_DEFAULT_REGION"}, args: []string{ops}, signs: "AKIAOPS in eu-west-1"},
	}
}
