// Sends requests for operations.py with @aws-sdk/client-ec2: each line of stdin is {"operation", "params"}, each line of stdout
// {"answer"}, {"code"} of an EC2 error or {"problem"}. The first line of stdout is the SDK's version and its operations.
// AWS_ENDPOINT_URL_EC2 is the endpoint; AWSIDEM_NODE_MODULES is the node_modules folder that holds the SDK.
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";

const require = createRequire(join(process.env.AWSIDEM_NODE_MODULES, "here.js"));
const sdk = require("@aws-sdk/client-ec2");
const ec2 = new sdk.EC2Client({ endpoint: process.env.AWS_ENDPOINT_URL_EC2, region: "us-west-2", maxAttempts: 1 });
const print = (value) => console.log(JSON.stringify(value));

print({
  version: require("@aws-sdk/client-ec2/package.json").version,
  operations: Object.keys(sdk).filter((name) => name.endsWith("Command")).map((name) => name.slice(0, -"Command".length)),
});
for await (const line of createInterface({ input: process.stdin })) {
  const { operation, params } = JSON.parse(line);
  try {
    const { $metadata, ...answer } = await ec2.send(new sdk[`${operation}Command`](params));
    print({ answer });
  } catch (e) {
    print(e.$metadata?.httpStatusCode ? { code: e.name } : { problem: e.stack });
  }
}
