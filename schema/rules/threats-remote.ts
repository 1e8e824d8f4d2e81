/** Ways in and out that an intruder leaves open. */
import { ruleId } from "../ids.ts";
import type { Rule } from "../rule.ts";
import {
  ANYWHERE,
  code,
  datadog,
  execOf,
  fileChanged,
  markdown,
  NEVER_OPEN,
  steps,
} from "./kit.ts";
import { attack, K8S_NETWORK_POLICIES, K8S_SECURITY_CONTEXT } from "./references.ts";
import { WEB_SERVERS } from "./threats-execution.ts";

export const tunnellingTool: Rule = {
  id: ruleId("tunnelling-tool"),
  title: "Tunnelling tool run",
  class: "threat",
  severity: "high",
  scope: ANYWHERE,
  matchers: [
    execOf([
      "iodine",
      "iodined",
      "dnscat",
      "dnscat2",
      "dns2tcpc",
      "dns2tcpd",
      "chisel",
      "ligolo-agent",
      "ligolo-ng",
      "frpc",
      "gost",
      "ngrok",
      "ptunnel",
      "ptunnel-ng",
      "icmptunnel",
      "revsocks",
      "rathole",
      "gs-netcat",
      "pwncat",
    ]),
    datadog("lateral_movement_tool"),
  ],
  ...NEVER_OPEN,
  phrase: "{process} opened a tunnel",
  why: "These tools carry other traffic inside DNS, ICMP or HTTPS, past every network policy, into the network that the resource stands in. They are how intruders keep a way in.",
  good: "What must be reached from outside has an ingress or a VPN with an owner. DNS goes to the cluster's resolver only.",
  remediation: markdown(
    steps(
      "Ask the owner: a developer's tunnel is ended and replaced by an ingress or `kubectl port-forward`.",
      "Nobody knows it: isolate the resource, and note the peer in the samples and in the flow logs.",
      "Find what was reached through it: connections of this resource to others since it started.",
      "Deny egress by default, and DNS to all but the cluster's resolver.",
    ),
    code("sh", "kubectl label pod POD quarantine=true --overwrite", "ss -tunap | grep PID"),
  ),
  references: [
    attack("T1572", "Protocol Tunneling"),
    attack("T1090", "Proxy"),
    attack("T1071.004", "DNS"),
    K8S_NETWORK_POLICIES,
  ],
  tags: ["T1572", "T1090", "T1071.004"],
  enabled: true,
};

export const webShellWritten: Rule = {
  id: ruleId("web-shell-written"),
  title: "Script written to an upload directory",
  class: "threat",
  severity: "critical",
  scope: ANYWHERE,
  matchers: [
    // Updates write scripts too, but not where visitors' files go.
    {
      ...fileChanged(
        `file.path.lowerAscii().containsAny(["/uploads/", "/upload/"])
         && file.path.lowerAscii().endsWithAny([".php", ".phtml", ".php5", ".phar", ".jsp", ".jspx", ".war", ".aspx", ".ashx", "/.htaccess"])`,
      ),
      actions: ["write", "create", "rename"],
      processNames: [...WEB_SERVERS, "java", "php", "uwsgi", "gunicorn"],
    },
  ],
  ...NEVER_OPEN,
  phrase: "{process} wrote {file}",
  why: "A script among uploaded files is run by the web server when someone asks for it: a web shell, by which the sender runs commands at any time.",
  good: "Uploads go to object storage, or to a directory where the server runs nothing; the document root is read-only.",
  remediation: markdown(
    steps(
      "Keep a copy of the file, then remove it; look in the access log for who sent it and who has asked for it since.",
      "Search for processes that the web server started, and for more files of the same hour.",
      "Fix the upload: check type and name, and give files random names without an extension.",
      "Turn script execution off for the directory; redeploy from a clean image.",
    ),
    code("nginx", "location ^~ /uploads/ { default_type application/octet-stream; }"),
  ),
  references: [
    attack("T1505.003", "Web Shell"),
    attack("T1190", "Exploit Public-Facing Application"),
    K8S_SECURITY_CONTEXT,
  ],
  tags: ["T1505.003", "T1190", "persistence"],
  enabled: true,
};
