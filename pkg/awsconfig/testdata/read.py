"""Reads shared files with botocore, the AWS CLI's own reader.

stdin: a JSON list of files, each in base64. stdout: a JSON list of what botocore reads of each: null for a file that it can't parse,
else {"raw": the sections by title, "profiles": ..., "services": ..., "sso_sessions": ...}.
"""

import base64
import json
import os
import sys
import tempfile

import botocore.configloader
import botocore.exceptions

answers = []
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "file")
    for text in json.load(sys.stdin):
        with open(path, "wb") as file:
            file.write(base64.b64decode(text))
        try:
            config = botocore.configloader.load_config(path)
            answers.append({
                "raw": botocore.configloader.raw_config_parse(path),
                "profiles": config["profiles"],
                "services": config.get("services"),
                "sso_sessions": config.get("sso_sessions"),
            })
        except botocore.exceptions.ConfigParseError:
            answers.append(None)
json.dump(answers, sys.stdout)
