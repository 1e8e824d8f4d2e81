/** Secure shell where it does not belong. */
import { ruleId } from "../ids.ts";
import type { Rule } from "../rule.ts";
import {
  ANYWHERE,
  CONTAINER,
  code,
  days,
  execOf,
  falco,
  fileChanged,
  HOST,
  markdown,
  steps,
} from "./kit.ts";
import { attack, CIS_LINUX, K8S_DEBUG, K8S_NETWORK_POLICIES, NIST_800_190 } from "./references.ts";

export const sshInContainer: Rule = {
  id: ruleId("ssh-in-container"),
  title: "SSH run in a container",
  class: "posture",
  severity: "medium",
  scope: CONTAINER,
  matchers: [
    execOf([
      "sshd",
      "dropbear",
      "ssh",
      "dbclient",
      "ssh-keygen",
      "ssh-keyscan",
      "ssh-copy-id",
      "sshpass",
      "autossh",
    ]),
  ],
  quietPeriodMs: days(7),
  quietPeriodReason:
    "Jobs that log in elsewhere run weekly; a daemon in an image shows at every start.",
  phrase: "{process} ran",
  why: "A daemon in a container is a door that the cluster's access control does not see. A client means that keys to other machines lie in an image or a volume.",
  good: "Containers are reached through the orchestrator, with its authorisation and audit, and reach others through APIs.",
  remediation: markdown(
    steps(
      "Daemon: remove `openssh-server` from the image; use `kubectl debug` in its place.",
      "Tunnel (`ssh -L`, `autossh`): use a network policy and TLS, or a mesh.",
      "`git` over ssh: use HTTPS with a short-lived token.",
      "Delete and rotate the keys that were in the image.",
    ),
  ),
  references: [K8S_DEBUG, NIST_800_190, attack("T1021.004", "SSH")],
  tags: ["T1021.004", "access"],
  enabled: true,
};

export const sshOnOddPort: Rule = {
  id: ruleId("ssh-on-odd-port"),
  title: "SSH to a non-standard port",
  class: "posture",
  severity: "medium",
  scope: ANYWHERE,
  matchers: [
    {
      on: "event",
      kind: "network",
      actions: ["connect"],
      processNames: ["ssh", "dbclient", "autossh"],
      when: "network.port != 22 && network.port != 0",
    },
    falco("Disallowed SSH Connection Non Standard Port"),
  ],
  quietPeriodMs: days(7),
  quietPeriodReason: "Scripted transfers run weekly.",
  phrase: "{process} connected to {peer}",
  why: "SSH on another port passes firewalls and monitoring that look at 22, for tunnels that nobody approved.",
  good: "SSH goes to port 22 of known hosts, or through a bastion or session manager that records it.",
  remediation: markdown(
    steps(
      "Identify the peer in the samples; is it yours?",
      "Move the server to port 22 behind a bastion, or replace it by a session manager.",
      "Allow outbound traffic only to the ports that workloads need.",
    ),
  ),
  references: [
    K8S_NETWORK_POLICIES,
    attack("T1571", "Non-Standard Port"),
    attack("T1021.004", "SSH"),
  ],
  tags: ["T1571", "T1021.004", "egress"],
  enabled: true,
};

export const authorizedKeysChanged: Rule = {
  id: ruleId("authorized-keys-changed"),
  title: "Authorised SSH keys changed",
  class: "both",
  severity: "high",
  scope: HOST,
  matchers: [
    fileChanged(`file.path.endsWithAny(["/.ssh/authorized_keys", "/.ssh/authorized_keys2"])`),
    falco("Adding ssh keys to authorized_keys"),
  ],
  quietPeriodMs: days(14),
  quietPeriodReason:
    "Keys are handed out when people join or machines are added: every week or two.",
  phrase: "{file} changed",
  why: "A key added by hand outlives the person and the reason. It is also the simplest way for an intruder to come back.",
  good: "Keys come from a certificate authority or configuration management, with an end. The files on the host never change otherwise.",
  remediation: markdown(
    steps(
      "Compare the file with what configuration management says; an unknown key is an incident.",
      "Remove it, and look at what its login did.",
      "Distribute access by SSH certificates or a session manager, and make the file immutable.",
    ),
    code("sh", "sudo ssh-keygen -lf ~USER/.ssh/authorized_keys", "sudo last -w USER"),
  ),
  references: [CIS_LINUX, attack("T1098.004", "SSH Authorized Keys")],
  tags: ["T1098.004", "persistence"],
  enabled: true,
};
