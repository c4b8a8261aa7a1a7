// Checks an EC2 endpoint with @aws-sdk/client-ec2. AWS_ENDPOINT_URL_EC2 is the endpoint; AWSIDEM_NODE_MODULES is the
// node_modules folder that holds the SDK.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.env.AWSIDEM_NODE_MODULES, "here.js"));
const sdk = require("@aws-sdk/client-ec2");

const VPC = "vpc-03683f950edba6643";
const DEFAULT = "vpc-00c84bd9dcad1d728";
const ec2 = new sdk.EC2({
  region: "ap-southeast-2",
  endpoint: process.env.AWS_ENDPOINT_URL_EC2,
  credentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "secret" },
  maxAttempts: 1,
});

async function fails(code, status, call) {
  await assert.rejects(call, (e) => {
    assert.equal(e.name, code, e.message);
    assert.equal(e.$metadata.httpStatusCode, status, code);
    assert.match(e.$metadata.requestId ?? "", /^[0-9a-f-]{36}$/, `request id of ${code}`);
    return true;
  });
}

const kinds = [
  { create: "createRouteTable", describe: "describeRouteTables", remove: "deleteRouteTable", type: "route-table", member: "RouteTable", notFound: "InvalidRouteTableID.NotFound" },
  { create: "createNetworkAcl", describe: "describeNetworkAcls", remove: "deleteNetworkAcl", type: "network-acl", member: "NetworkAcl", notFound: "InvalidNetworkAclID.NotFound" },
];

for (const { create, describe, remove, type, member, notFound } of kinds) {
  const id = (answer) => answer[member][`${member}Id`];
  const byId = (x) => ({ [`${member}Ids`]: [x] });
  const input = {
    VpcId: VPC,
    ClientToken: `js-${type}`,
    TagSpecifications: [{ ResourceType: type, Tags: [{ Key: "Name", Value: "Zoë & \"Ops\"\ttab <x>" }, { Key: "empty", Value: "" }] }],
  };
  const answers = await Promise.all(Array.from({ length: 20 }, () => ec2[create](input)));
  const made = new Set(answers.map(id));
  assert.equal(made.size, 1, `${create}: ids of 20 concurrent creates`);
  assert.ok(answers.every((a) => a.ClientToken === input.ClientToken), `${create}: the token is echoed`);
  await fails("IdempotentParameterMismatch", 400, () => ec2[create]({ ...input, VpcId: DEFAULT }));
  await fails("InvalidClientToken", 400, () => ec2[create]({ ...input, ClientToken: "x".repeat(65) }));
  await fails("DryRunOperation", 412, () => ec2[create]({ ...input, DryRun: true }));

  const [only] = made;
  const [seen] = (await ec2[describe](byId(only)))[`${member}s`];
  assert.equal(seen.VpcId, VPC);
  assert.deepEqual(seen.Tags, input.TagSpecifications[0].Tags);
  const filtered = await ec2[describe]({ Filters: [{ Name: "tag:Name", Values: ["Zoë*"] }, { Name: "vpc-id", Values: [VPC] }] });
  assert.equal(filtered[`${member}s`].length, 1, `${describe}: by tag`);

  await ec2.createTags({ Resources: [only], Tags: [{ Key: "later", Value: "1" }] });
  const replayed = await ec2[create](input);
  assert.equal(id(replayed), only);
  assert.equal(replayed[member].Tags.length, 3, `${create}: a replay shows the newer state`);

  await ec2[remove]({ [`${member}Id`]: only });
  await fails(notFound, 400, () => ec2[describe](byId(only)));
  await fails(notFound, 400, () => ec2[remove]({ [`${member}Id`]: only }));
}

for (let i = 0; i < 7; i++) await ec2.createRouteTable({ VpcId: DEFAULT });
const pages = [];
for await (const p of sdk.paginateDescribeRouteTables({ client: ec2, pageSize: 5 }, { Filters: [{ Name: "vpc-id", Values: [DEFAULT] }] })) {
  pages.push(p.RouteTables.length);
}
assert.deepEqual(pages, [5, 3], "pages of route tables");
console.log(`ec2.mjs: @aws-sdk/client-ec2 ${require("@aws-sdk/client-ec2/package.json").version} agrees`);
