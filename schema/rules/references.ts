/** Documents that the rules refer to. Contract: public, stable addresses. */
import type { Reference } from "../rule.ts";

/** A MITRE ATT&CK technique: `T1059` or `T1059.004`. */
export function attack(id: string, name: string): Reference {
  const url = `https://attack.mitre.org/techniques/${id.replace(".", "/")}/`;
  return { title: `MITRE ATT&CK ${id}: ${name}`, url };
}

/** A manual page of section 1 to 8. */
export function manPage(name: string, section: number): Reference {
  const url = `https://man7.org/linux/man-pages/man${section}/${name}.${section}.html`;
  return { title: `${name}(${section})`, url };
}

/** A vulnerability in the National Vulnerability Database. */
export function cve(id: string): Reference {
  return { title: id, url: `https://nvd.nist.gov/vuln/detail/${id}` };
}

const kubernetes = (title: string, path: string): Reference => ({
  title: `Kubernetes: ${title}`,
  url: `https://kubernetes.io/docs/${path}/`,
});
const docker = (title: string, path: string): Reference => ({
  title: `Docker: ${title}`,
  url: `https://docs.docker.com/${path}/`,
});
const aws = (title: string, path: string): Reference => ({
  title: `AWS: ${title}`,
  url: `https://docs.aws.amazon.com/${path}.html`,
});

export const NIST_800_190: Reference = {
  title: "NIST SP 800-190: Application Container Security Guide",
  url: "https://csrc.nist.gov/pubs/sp/800/190/final",
};
export const CIS_DOCKER: Reference = {
  title: "CIS Docker Benchmark",
  url: "https://www.cisecurity.org/benchmark/docker",
};
export const CIS_KUBERNETES: Reference = {
  title: "CIS Kubernetes Benchmark",
  url: "https://www.cisecurity.org/benchmark/kubernetes",
};
export const CIS_LINUX: Reference = {
  title: "CIS Distribution Independent Linux Benchmark",
  url: "https://www.cisecurity.org/benchmark/distribution_independent_linux",
};

export const DOCKER_MULTI_STAGE = docker("multi-stage builds", "build/building/multi-stage");
export const DOCKER_BEST_PRACTICES = docker(
  "build best practices",
  "build/building/best-practices",
);
export const DOCKER_SECURITY = docker("Engine security", "engine/security");

export const K8S_POD_SECURITY = kubernetes(
  "Pod Security Standards",
  "concepts/security/pod-security-standards",
);
export const K8S_SECURITY_CONTEXT = kubernetes(
  "security context",
  "tasks/configure-pod-container/security-context",
);
export const K8S_DEBUG = kubernetes(
  "debug running pods",
  "tasks/debug/debug-application/debug-running-pod",
);
export const K8S_RBAC = kubernetes("RBAC", "reference/access-authn-authz/rbac");
export const K8S_SERVICE_ACCOUNTS = kubernetes(
  "service accounts for pods",
  "tasks/configure-pod-container/configure-service-account",
);
export const K8S_NETWORK_POLICIES = kubernetes(
  "network policies",
  "concepts/services-networking/network-policies",
);
export const K8S_VOLUMES = kubernetes("volumes", "concepts/storage/volumes");
export const K8S_SECRETS = kubernetes("secrets", "concepts/configuration/secret");
export const K8S_CGROUPS = kubernetes("about cgroup v2", "concepts/architecture/cgroups");
export const K8S_CRONJOB = kubernetes("CronJob", "concepts/workloads/controllers/cron-jobs");
export const K8S_SECCOMP = kubernetes(
  "restrict system calls with seccomp",
  "tutorials/security/seccomp",
);
export const K8S_ADMISSION = kubernetes(
  "validating admission policy",
  "reference/access-authn-authz/validating-admission-policy",
);
export const K8S_LOGGING = kubernetes(
  "logging architecture",
  "concepts/cluster-administration/logging",
);

export const AWS_IMDS_OPTIONS = aws(
  "configure the instance metadata options",
  "AWSEC2/latest/UserGuide/configuring-instance-metadata-options",
);
export const AWS_IMDS = aws(
  "use the Instance Metadata Service",
  "AWSEC2/latest/UserGuide/configuring-instance-metadata-service",
);
export const AWS_IRSA = aws(
  "IAM roles for service accounts",
  "eks/latest/userguide/iam-roles-for-service-accounts",
);
