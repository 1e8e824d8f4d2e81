/** Packages installed or changed outside of an image build. */
import { ruleId } from "../ids.ts";
import type { Rule } from "../rule.ts";
import {
  ANYWHERE,
  below,
  code,
  CONTAINER,
  datadog,
  days,
  execOf,
  falco,
  fileChanged,
  HOST,
  markdown,
  steps,
} from "./kit.ts";
import {
  attack,
  CIS_LINUX,
  DOCKER_BEST_PRACTICES,
  DOCKER_MULTI_STAGE,
  NIST_800_190,
} from "./references.ts";

const SYSTEM_MANAGERS = [
  "apt",
  "apt-get",
  "aptitude",
  "dpkg",
  "apk",
  "yum",
  "dnf",
  "dnf5",
  "microdnf",
  "tdnf",
  "rpm",
  "zypper",
  "pacman",
  "emerge",
  "snap",
  "flatpak",
  "brew",
  "nix-env",
] as const;

const LANGUAGE_MANAGERS = [
  "pip",
  "pip3",
  "pipx",
  "uv",
  "poetry",
  "conda",
  "mamba",
  "easy_install",
  "npm",
  "npx",
  "yarn",
  "pnpm",
  "gem",
  "bundle",
  "composer",
  "cpan",
  "cpanm",
  "luarocks",
] as const;

/** `npm start` and `bundle exec` start services; only these subcommands change what is installed. */
const CHANGES_PACKAGES = `process.args.exists(a, a in [
  "install", "i", "ci", "add", "update", "upgrade", "remove", "uninstall", "rebuild", "sync",
  "download", "require", "create", "dlx", "exec"
]) && !(process.name == "bundle" && "exec" in process.args)
   || process.name in ["npx", "easy_install", "cpan", "cpanm"]`;

/** `python -m pip install x` shows as python. */
const MODULE_PIP = `"-m" in process.args && "pip" in process.args && "install" in process.args`;

export const packageManagerInContainer: Rule = {
  id: ruleId("package-manager-in-container"),
  title: "Package manager run in a container",
  class: "posture",
  severity: "medium",
  scope: CONTAINER,
  matchers: [
    execOf(SYSTEM_MANAGERS),
    execOf(LANGUAGE_MANAGERS, CHANGES_PACKAGES),
    execOf(["python", "python3"], MODULE_PIP),
    falco("Launch Package Management Process in Container"),
    datadog("package_management_in_container"),
  ],
  quietPeriodMs: days(7),
  quietPeriodReason: "Installs at start-up repeat with every deploy; most services deploy weekly.",
  phrase: "{process} ran",
  why: "What is installed at run time is in no image, no scan and no bill of materials. Two replicas of one image may run different code, and a start depends on a package server.",
  good: "Everything a service needs is in its image. The root file system is read-only, so that an install would fail.",
  remediation: markdown(
    steps(
      "Look at the samples' arguments to see which package is installed, and at the parent to see by what.",
      "Add the package to the Dockerfile and pin its version; take the install out of the entrypoint.",
      "Was it a person who needed a tool? Give them an ephemeral debug container instead.",
      "Make the root file system read-only, so that it cannot come back.",
    ),
    code(
      "dockerfile",
      "RUN apt-get update && apt-get install -y --no-install-recommends \\",
      "    ca-certificates=20250419 && rm -rf /var/lib/apt/lists/*",
    ),
    code(
      "yaml",
      "securityContext:",
      "  readOnlyRootFilesystem: true",
      "  allowPrivilegeEscalation: false",
    ),
    code("sh", "kubectl debug -it POD --image=busybox --target=CONTAINER"),
  ),
  references: [
    DOCKER_BEST_PRACTICES,
    DOCKER_MULTI_STAGE,
    NIST_800_190,
    attack("T1072", "Software Deployment Tools"),
  ],
  tags: ["T1072", "image", "drift"],
  enabled: true,
};

const PACKAGE_DATABASES = [
  "/var/lib/dpkg/",
  "/var/lib/rpm/",
  "/usr/lib/sysimage/rpm/",
  "/lib/apk/db/",
  "/usr/lib/apk/db/",
  "/var/lib/pacman/",
  "/etc/apt/sources.list",
  "/etc/yum.repos.d/",
  "/etc/apk/repositories",
];

export const packageDatabaseChanged: Rule = {
  id: ruleId("package-database-changed"),
  title: "Package database or sources changed",
  class: "posture",
  severity: "medium",
  scope: ANYWHERE,
  matchers: [
    // On a host, patching changes these files; only an agent that knows better reports it there.
    below(PACKAGE_DATABASES, fileChanged(`container.id != ""`)),
    falco("Write below rpm database", "Update Package Repository"),
  ],
  quietPeriodMs: days(7),
  quietPeriodReason: "Follows the installs that cause it, which repeat with a weekly deploy.",
  phrase: "{file} changed",
  why: "Scanners read the package database to tell what is installed. When it changes outside of a build, or packages come from a source nobody chose, their answer is wrong from then on.",
  good: "Sources and packages are set in the image (hosts: in configuration management) and stay as they are until it is replaced.",
  remediation: markdown(
    steps(
      "Find the process in the samples; it is usually an entrypoint that installs something.",
      "Do the install in the Dockerfile. On hosts, add the repository by configuration management.",
      "Replace the container: what it holds now is unknown.",
      "Make the root file system read-only.",
    ),
    code("yaml", "securityContext:", "  readOnlyRootFilesystem: true"),
  ),
  references: [NIST_800_190, DOCKER_BEST_PRACTICES, attack("T1072", "Software Deployment Tools")],
  tags: ["T1072", "image", "drift"],
  enabled: true,
};

/** Searches and listings change nothing. */
const INSTALLS = `process.args.exists(a, a in [
  "install", "reinstall", "remove", "purge", "upgrade", "dist-upgrade", "full-upgrade", "update", "autoremove", "localinstall",
  "add", "del", "-i", "-U", "-Uvh", "-ivh", "-e", "-S", "-Syu", "--install"
])`;

export const packageManagerOnHost: Rule = {
  id: ruleId("package-manager-on-host"),
  title: "Packages changed by hand on a host",
  class: "posture",
  severity: "low",
  scope: HOST,
  // A terminal tells a person from configuration management and unattended upgrades.
  matchers: [execOf(SYSTEM_MANAGERS, `process.tty && ${INSTALLS}`)],
  quietPeriodMs: days(14),
  quietPeriodReason: "Hosts are looked after by hand about every two weeks.",
  phrase: "{process} changed packages by hand",
  why: "What one person installs on one host is in no image and no inventory. Hosts of one group drift apart, and the package stays without updates.",
  good: "Hosts are built from an image or by configuration management, and updated by it; nobody installs by hand.",
  remediation: markdown(
    steps(
      "Ask the user in the samples what they needed.",
      "Add the package to the image or to configuration management, with a version; or offer a debug container.",
      "Rebuild the host, so that it is what its description says.",
    ),
    code("sh", "grep -h ' install ' /var/log/dpkg.log | tail", "sudo dnf history | head"),
  ),
  references: [CIS_LINUX, NIST_800_190, attack("T1072", "Software Deployment Tools")],
  tags: ["T1072", "drift"],
  enabled: true,
};
