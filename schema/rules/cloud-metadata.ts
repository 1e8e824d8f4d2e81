/** The cloud's instance metadata service, and what it gives away. */
import { ruleId } from "../ids.ts";
import type { Rule } from "../rule.ts";
import { ANYWHERE, code, days, execOf, falco, fileRead, markdown, onEvent, steps } from "./kit.ts";
import { attack, AWS_IMDS, AWS_IMDS_OPTIONS, AWS_IRSA, NIST_800_190 } from "./references.ts";

const IS_METADATA_ADDRESS = `network.ip in ["169.254.169.254", "fd00:ec2::254", "::ffff:169.254.169.254"]
  && network.port == 80`;

/** A request by hand that carries no session token, nor asks for one (which names the same header). */
const WITHOUT_TOKEN = `process.cmdline.containsAny(["169.254.169.254", "fd00:ec2::254"])
  && !process.cmdline.lowerAscii().contains("x-aws-ec2-metadata-token")`;

export const imdsV1Access: Rule = {
  id: ruleId("imds-v1-access"),
  title: "Calls to the legacy instance metadata service",
  class: "posture",
  severity: "high",
  scope: ANYWHERE,
  matchers: [
    onEvent("network", ["connect"], IS_METADATA_ADDRESS),
    execOf(["curl", "wget", "http", "xh", "lynx", "aria2c"], WITHOUT_TOKEN),
    falco(
      "Contact EC2 Instance Metadata Service From Container",
      "Contact cloud metadata service from container",
    ),
    onEvent("network", ["imds"], `"imds-v1" in event.tags`),
  ],
  quietPeriodMs: days(7),
  quietPeriodReason: "SDKs ask again when credentials run out, but batch jobs only once a week.",
  phrase: "{process} called the metadata service",
  why: "Without session tokens (IMDSv1), a plain GET to 169.254.169.254 hands out the instance's role credentials. One server-side request forgery in any workload on the host is then enough to take them. A connection alone does not show which version was spoken; a `curl` without the token header does.",
  good: "Instances require IMDSv2 with a hop limit of 1, so that containers cannot reach it. Workloads get credentials of their own (IRSA, EKS Pod Identity, workload identity).",
  remediation: markdown(
    steps(
      "See who asks: the process in the samples, and the CloudWatch metric `MetadataNoToken` of the instance.",
      "Update SDKs and scripts to IMDSv2; give pods a role of their own.",
      "Require tokens on the instance and in its launch template.",
      "Block the address for pods that need no metadata.",
    ),
    code(
      "sh",
      "aws ec2 modify-instance-metadata-options --instance-id i-… \\",
      "  --http-tokens required --http-put-response-hop-limit 1",
    ),
    code(
      "hcl",
      "metadata_options {",
      '  http_tokens                 = "required"',
      "  http_put_response_hop_limit = 1",
      "}",
    ),
    code(
      "yaml",
      "# NetworkPolicy",
      "egress:",
      "  - to:",
      "      - ipBlock:",
      "          cidr: 0.0.0.0/0",
      "          except: [169.254.169.254/32]",
    ),
  ),
  references: [
    AWS_IMDS_OPTIONS,
    AWS_IMDS,
    AWS_IRSA,
    attack("T1552.005", "Cloud Instance Metadata API"),
  ],
  tags: ["T1552.005", "aws", "credentials"],
  enabled: true,
};

const KEY_FILES = `file.path.endsWithAny([
  "/.aws/credentials", "/.config/gcloud/application_default_credentials.json", "/.config/gcloud/credentials.db",
  "/.azure/msal_token_cache.json", "/.azure/accessTokens.json", "/.boto", "/.s3cfg", "/.oci/config"
])`;

export const cloudKeysOnDisk: Rule = {
  id: ruleId("cloud-keys-on-disk"),
  title: "Cloud keys used from a file",
  class: "posture",
  severity: "medium",
  scope: ANYWHERE,
  matchers: [fileRead(KEY_FILES)],
  quietPeriodMs: days(7),
  quietPeriodReason: "Backups and exports that use them run weekly.",
  phrase: "{process} read {file}",
  why: "A key in a file does not end, is copied with every image, volume and backup, and works from anywhere. Most leaks of cloud accounts begin with one.",
  good: "Workloads have roles (IRSA, EKS Pod Identity, workload identity, managed identity), people have sessions that end; no file holds a key.",
  remediation: markdown(
    steps(
      "Find the program and the account: `aws sts get-caller-identity` with that profile, and the key's last use.",
      "Give the workload a role of its own, and take the file out of the image or the volume.",
      "Deactivate the key, watch for a week, then delete it.",
    ),
    code(
      "sh",
      "aws iam get-access-key-last-used --access-key-id AKIA…",
      "aws iam update-access-key --access-key-id AKIA… --status Inactive --user-name USER",
    ),
  ),
  references: [AWS_IRSA, NIST_800_190, attack("T1552.001", "Credentials In Files")],
  tags: ["T1552.001", "cloud", "credentials"],
  enabled: true,
};
