/** Cases of threat rules on tampering, stolen credentials and ways back in. */
import type { RuleCases } from "./cases.ts";
import { datadogHit, exec, file, kernel, network, onHost, traceeHit } from "./events.ts";

const METADATA = "http://169.254.169.254/latest/meta-data";

export const TAMPERING_CASES: Readonly<Record<string, RuleCases>> = {
  "process-injection": {
    fires: [
      kernel("inject", "evil", { kind: "process" }),
      kernel("process_vm_writev", "evil"),
      file("write", "/proc/812/mem", "evil"),
      traceeHit("TRC-1025"),
      traceeHit("process_vm_writev", { container: { id: "c0ffee123456" } }),
      traceeHit("ptrace_code_injection"),
      datadogHit("ptrace_injection"),
    ],
    stays: [
      kernel("process_vm_readv", "evil"),
      kernel("process_vm_writev", "gdb"),
      onHost(kernel("process_vm_writev", "orterun")),
      file("write", "/proc/self/mem", "java"),
      onHost(file("write", "/proc/812/mem", "gdb")),
      file("write", "/proc/812/oom_score_adj", "runc"),
      file("write", "/backup/812/mem", "tar"),
      traceeHit("TRC-1023"),
      traceeHit("process_vm_writev"),
    ],
  },
  "linker-preload-changed": {
    fires: [
      file("create", "/etc/ld.so.preload", "dropper"),
      exec("sh -c echo /lib/x.so > /etc/ld.so.preload"),
      exec("tee -a /etc/ld.so.preload"),
      traceeHit("TRC-107", { file: { path: "/etc/ld.so.preload" } }),
    ],
    stays: [
      file("open", "/etc/ld.so.preload", "bash"),
      file("write", "/etc/ld.so.conf", "ldconfig"),
      exec("sh -c cat /etc/ld.so.preload"),
      exec("tee /etc/ld.so.conf"),
      traceeHit("TRC-107"),
    ],
  },
  "defences-stopped": {
    fires: [
      onHost(exec("systemctl stop falco-modern-bpf.service")),
      onHost(exec("pkill -9 auditd")),
      onHost(exec("auditctl -D")),
      onHost(exec("auditctl -e 0")),
      onHost(exec("setenforce 0")),
      onHost(exec("aa-teardown")),
      datadogHit("auditd_config_modified"),
    ],
    stays: [
      onHost(exec("systemctl restart falco")),
      onHost(exec("systemctl stop nginx")),
      onHost(exec("pkill -9 nginx")),
      onHost(exec("auditctl -e 2")),
      onHost(exec("setenforce 1")),
      onHost(exec("aa-status")),
    ],
  },
  "control-plane-credentials-read": {
    fires: [
      onHost(file("open", "/etc/kubernetes/pki/ca.key", "cat")),
      file("read", "/var/lib/kubelet/pki/kubelet-client-current.pem", "tar"),
      traceeHit("k8s_cert_theft"),
    ],
    stays: [
      onHost(file("open", "/etc/kubernetes/pki/ca.key", "kube-controller")),
      onHost(file("open", "/etc/kubernetes/pki/ca.crt", "curl")),
      onHost(file("open", "/etc/kubernetes/manifests/etcd.yaml", "cat")),
    ],
  },
  "instance-credentials-taken": {
    fires: [
      datadogHit("aws_imds"),
      exec(`curl -s ${METADATA}/iam/security-credentials/node-role`),
      exec(
        "wget -qO- http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token",
      ),
    ],
    stays: [
      exec(`curl -s ${METADATA}/placement/region`),
      exec("curl https://vault.example/v2/credentials/db"),
    ],
  },
  "tunnelling-tool": {
    fires: [
      datadogHit("lateral_movement_tool"),
      exec("chisel client 203.0.113.7:443 R:socks"),
      onHost(exec("iodine t.example")),
    ],
    stays: [exec("cloudflared tunnel run"), network("connect", { port: 53 }, "coredns")],
  },
  "web-shell-written": {
    fires: [
      file("write", "/var/www/html/uploads/x.php", "php-fpm"),
      file("rename", "/srv/app/upload/cmd.JSP", "java"),
    ],
    stays: [
      file("write", "/var/www/html/uploads/x.png", "php-fpm"),
      file("write", "/var/www/html/wp-includes/version.php", "php-fpm"),
      file("write", "/var/www/html/uploads/x.php", "rsync"),
    ],
  },
};
