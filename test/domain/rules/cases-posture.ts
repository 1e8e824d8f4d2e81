/** Cases of the rules of class `posture`. */
import type { RuleCases } from "./cases.ts";
import {
  datadogHit,
  exec,
  facts,
  falcoHit,
  file,
  kernel,
  network,
  onHost,
  started,
  tetragonHit,
  traceeHit,
} from "./events.ts";

const IMDS = "http://169.254.169.254/latest/meta-data/";
const CONTAINER = { container: { id: "c0ffee123456" } };

export const POSTURE_CASES: Readonly<Record<string, RuleCases>> = {
  "compiler-in-container": {
    fires: [
      datadogHit("compiler_in_container"),
      exec("/usr/bin/gcc -O2 x.c"),
      exec("gcc-12 x.c"),
      exec("go build ./..."),
      // No name: the base name of the path.
      { ...exec("gcc"), process: { exe: "/usr/bin/gcc" } },
      // The kernel has cut the name to 15 characters.
      { ...exec("x"), process: { name: "x86_64-linux-gn", exe: "/usr/bin/x86_64-linux-gnu-gcc" } },
    ],
    stays: [
      { ...exec("gcc x.c"), action: "exit" },
      exec("gccgo-wrapper"),
      exec("go version"),
      file("open", "/usr/bin/gcc"),
    ],
  },
  "package-manager-in-container": {
    fires: [
      datadogHit("package_management_in_container"),
      exec("apt-get install -y curl"),
      exec("pip install requests"),
      exec("npm ci"),
      exec("python3 -m pip install x"),
      falcoHit("Launch Package Management Process in Container"),
    ],
    stays: [
      exec("npm start"),
      exec("bundle exec puma"),
      exec("python3 -m http.server"),
      { ...exec("apt-get install -y curl"), action: "exit" },
    ],
  },
  "package-database-changed": {
    fires: [
      file("write", "/var/lib/dpkg/status", "dpkg"),
      file("create", "/lib/apk/db/installed", "apk"),
      falcoHit("Write below rpm database"),
    ],
    stays: [
      file("write", "/var/lib/app/status"),
      file("read", "/var/lib/dpkg/status", "trivy"),
      file("open", "/var/lib/dpkg/status", "trivy"),
      onHost(file("write", "/var/lib/dpkg/status", "dpkg")),
    ],
  },
  "network-tool-in-container": {
    fires: [
      datadogHit("network_sniffing_tool"),
      exec("nmap -sS 10.0.0.0/24"),
      falcoHit("Launch Suspicious Network Tool in Container"),
    ],
    stays: [exec("nginx"), { ...exec("tcpdump"), action: "exit" }],
  },
  "download-tool-in-container": {
    fires: [
      exec("curl -fsSL https://example.com/x.sh"),
      falcoHit("Launch Ingress Remote File Copy Tools in Container"),
    ],
    stays: [
      exec("curl -f http://localhost:8080/healthz"),
      exec("wget -q -O- 127.0.0.1:80"),
      exec("curl"),
    ],
  },
  "remote-copy-in-container": {
    fires: [
      exec("rsync -a /data backup:/data"),
      falcoHit("Launch Remote File Copy Tools in Container"),
    ],
    stays: [exec("cp -a /data /backup")],
  },
  "cluster-client-in-container": {
    fires: [
      datadogHit("suspicious_container_client"),
      exec("kubectl get pods -A"),
      falcoHit("Kubernetes Client Tool Launched in Container"),
    ],
    stays: [exec("kube-proxy"), { ...exec("docker ps"), action: "exit" }],
  },
  "ssh-in-container": {
    fires: [exec("/usr/sbin/sshd -D"), exec("ssh db-1")],
    stays: [exec("sshfs-monitor")],
  },
  "sudo-in-container": {
    fires: [exec("sudo chown app /data"), tetragonHit("sudo", CONTAINER)],
    stays: [exec("gosu app server")],
  },
  "payload-decoded": {
    fires: [exec("base64 -d"), falcoHit("Decoding Payload in Container")],
    stays: [exec("base64 file.bin")],
  },
  "write-below-config-dir": {
    fires: [
      traceeHit("sudoers_modification"),
      file("write", "/etc/nginx/nginx.conf", "envsubst"),
      falcoHit("Write below etc"),
    ],
    stays: [
      file("write", "/var/lib/app/app.conf"),
      file("write", "/etc/resolv.conf"),
      file("read", "/etc/nginx/nginx.conf"),
      onHost(file("write", "/etc/fstab")),
    ],
  },
  "interactive-shell-in-container": {
    fires: [
      datadogHit("tty_shell_in_container"),
      exec("bash", { tty: true }),
      exec("sh", { tty: true, exe: "/bin/busybox", parent: { name: "runc" } }),
      exec("/bin/bash", { parent: { exe: "/usr/bin/runc", name: "runc" } }, { format: "tetragon" }),
      falcoHit("Terminal shell in container"),
    ],
    stays: [
      exec("bash", { tty: false }),
      exec("sh -c ./start.sh", { parent: { name: "containerd-shim" } }),
      exec("/bin/sh -c ./start.sh", { parent: { name: "runc" } }, { format: "tetragon" }),
      { ...exec("bash", { tty: true }), action: "exit" },
      exec("python3", { tty: true }),
    ],
  },
  "system-user-interactive": {
    fires: [
      exec("bash", { tty: true }, { user: { name: "www-data" } }),
      falcoHit("System user interactive"),
    ],
    stays: [
      exec("bash", { tty: true }, { user: { name: "alice" } }),
      exec("sh -c true", { tty: false }, { user: { name: "www-data" } }),
    ],
  },
  "copy-out-by-kubectl": {
    fires: [
      exec("tar cf - /data", { parent: { name: "runc" } }),
      falcoHit("Exfiltrating Artifacts via Kubernetes Control Plane"),
    ],
    stays: [
      exec("tar cf backup.tar /data", { parent: { name: "runc" } }),
      exec("tar cf - /data", { parent: { name: "sh" } }),
    ],
  },
  "user-management-on-host": {
    fires: [
      onHost(exec("useradd bob")),
      onHost(exec("passwd bob")),
      falcoHit("User mgmt binaries"),
    ],
    stays: [onHost(exec("passwd -S bob")), onHost(exec("id bob"))],
  },
  "network-tool-on-host": {
    fires: [
      datadogHit("network_sniffing_tool"),
      onHost(exec("tcpdump -i any")),
      falcoHit("Launch Suspicious Network Tool on Host"),
    ],
    stays: [onHost(exec("dig example.com"))],
  },
  "scheduled-job-changed": {
    fires: [
      traceeHit("TRC-1027"),
      exec("crontab -e"),
      onHost(file("write", "/etc/cron.d/x")),
      falcoHit("Schedule Cron Jobs"),
    ],
    stays: [
      onHost(file("write", "/etc/fstab")),
      exec("crontab -l"),
      onHost(file("read", "/etc/cron.d/x")),
    ],
  },
  "shell-spawned-by-app": {
    fires: [
      datadogHit("jupyter_shell_execution"),
      exec("sh -c convert", { parent: { name: "java" } }),
      falcoHit("Run shell untrusted"),
    ],
    stays: [
      exec("sh -c convert", { parent: { name: "tini" } }),
      onHost(exec("sh -c x", { parent: { name: "java" } })),
    ],
  },
  "privilege-change": {
    fires: [
      kernel("setuid", "app", { user: { uid: 1000 } }),
      tetragonHit("privileges-raise"),
      tetragonHit("syscalls", { syscall: "__x64_sys_setuid" }),
      falcoHit("Non sudo setuid"),
    ],
    stays: [
      kernel("setuid", "nginx", { user: { uid: 0 } }),
      kernel("setuid", "nginx"),
      tetragonHit("syscalls", { syscall: "__x64_sys_mount" }),
    ],
  },
  "imds-v1-access": {
    fires: [
      network("imds", { hostname: "169.254.169.254" }, "app", { tags: ["imds-v1"] }),
      network("connect", { ip: "169.254.169.254", port: 80 }),
      onHost(network("connect", { ip: "fd00:ec2::254", port: 80 })),
      exec(`curl -s ${IMDS}`),
      falcoHit("Contact EC2 Instance Metadata Service From Container"),
      falcoHit("Contact cloud metadata service from container"),
    ],
    stays: [
      network("imds", { hostname: "169.254.169.254" }, "app", { tags: ["imds-v2"] }),
      network("connect", { ip: "169.254.170.2", port: 80 }),
      network("connect", { ip: "169.254.169.254", port: 53 }),
      exec(`curl -H X-aws-ec2-metadata-token:abc ${IMDS}`),
      exec(
        `curl -X PUT http://169.254.169.254/latest/api/token -H x-aws-ec2-metadata-token-ttl-seconds:60`,
      ),
      exec("curl https://example.com"),
      { ...exec(`curl ${IMDS}`), action: "exit" },
    ],
  },
  "kubernetes-api-from-container": {
    fires: [
      traceeHit("k8s_api_connection"),
      network("connect", { ip: "10.96.0.1", port: 443, hostname: "kubernetes.default.svc" }),
      file("open", "/run/secrets/kubernetes.io/serviceaccount/..2026_11_24/token"),
      falcoHit("Contact K8S API Server From Container"),
    ],
    stays: [
      file("open", "/run/secrets/vault/token"),
      network("connect", { ip: "10.96.0.1", port: 443 }),
      file("open", "/run/secrets/kubernetes.io/serviceaccount/ca.crt"),
    ],
  },
  "docker-socket-access": {
    fires: [
      traceeHit("docker_abuse"),
      file("open", "/var/run/docker.sock"),
      network("connect", {}, "app", { file: { path: "/run/containerd/containerd.sock" } }),
      exec("curl --unix-socket /var/run/docker.sock http://d/containers/json"),
    ],
    stays: [
      network("connect", { ip: "10.0.0.1", port: 443 }),
      file("open", "/var/run/mysqld/mysqld.sock"),
      exec("curl http://localhost/"),
    ],
  },
  "privileged-container": {
    fires: [
      datadogHit("deploy_priv_container"),
      started("privileged"),
      exec("/app", {}, { format: "tetragon", tags: ["privileged"] }),
      falcoHit("Launch Privileged Container"),
      tetragonHit("deny-privileged-pod-start"),
    ],
    stays: [
      started("unprivileged"),
      started(),
      exec("/app", {}, { format: "tetragon", tags: ["exec-probe"] }),
      exec("/app", {}, { tags: ["privileged"] }),
    ],
  },
  "sensitive-host-mount": {
    fires: [started("sensitive-mount"), falcoHit("Launch Sensitive Mount Container")],
    stays: [started("mount")],
  },
  "disallowed-image": {
    fires: [started("disallowed-image"), falcoHit("Launch Disallowed Container")],
    stays: [started()],
  },
  "container-runs-as-root": {
    fires: [started("root-user"), falcoHit("Container Run as Root User")],
    stays: [started()],
  },
  "mount-in-container": {
    fires: [
      exec("mount /dev/sda1 /mnt"),
      kernel("mount"),
      tetragonHit("syscalls", { syscall: "__x64_sys_mount" }),
      falcoHit("Mount Launched in Privileged Container"),
    ],
    stays: [exec("mount"), tetragonHit("syscalls", { syscall: "__x64_sys_setuid" })],
  },
  "namespace-change": {
    fires: [
      exec("nsenter -t 1 -m sh"),
      kernel("setns"),
      falcoHit("Change thread namespace"),
      tetragonHit("deny-nsenter"),
    ],
    stays: [onHost(exec("chroot /mnt")), kernel("setns", "runc"), onHost(kernel("unshare"))],
  },
  "raw-socket-in-container": {
    fires: [
      network("socket", { protocol: "packet" }),
      falcoHit("Packet socket created in container"),
    ],
    stays: [network("socket", { protocol: "tcp" }), network("connect", { protocol: "tcp" })],
  },
  "bpf-program-load": {
    fires: [
      kernel("bpf"),
      onHost(exec("bpftool prog load x.o /sys/fs/bpf/x")),
      tetragonHit("bpf"),
      falcoHit("BPF Program Not Profiled"),
    ],
    stays: [kernel("ioctl")],
  },
  "unexpected-egress": {
    fires: [falcoHit("Unexpected UDP Traffic"), tetragonHit("connect-only-private-addrs")],
    stays: [network("connect", { ip: "203.0.113.7", port: 443 }), tetragonHit("connect")],
  },
  "unexpected-inbound": {
    fires: [falcoHit("Unexpected inbound connection source"), tetragonHit("tcp-listen")],
    stays: [network("listen", { port: 8080 })],
  },
  "ssh-on-odd-port": {
    fires: [
      network("connect", { ip: "203.0.113.7", port: 2222 }, "ssh"),
      falcoHit("Disallowed SSH Connection Non Standard Port"),
    ],
    stays: [
      network("connect", { ip: "203.0.113.7", port: 22 }, "ssh"),
      network("connect", { ip: "203.0.113.7", port: 2222 }, "app"),
      network("connect", { ip: "203.0.113.7" }, "ssh"),
    ],
  },
  "agent-silent": {
    fires: [{ ...facts({}), action: "agent_silent" }],
    stays: [facts({})],
  },
  "agent-ruleset-drift": {
    fires: [{ ...facts({}), action: "agent_ruleset_drift" }],
    stays: [facts({})],
  },
  "cgroup-v1-host": {
    fires: [facts({ cgroupVersion: 1 }), facts({ cgroupVersion: "1", kernel: "6.12" })],
    stays: [
      facts({ cgroupVersion: 2 }),
      facts({ cgroupVersion: "2" }),
      facts({ kernel: "6.12" }),
      facts({}),
    ],
  },
  "selinux-not-enforcing": {
    fires: [
      datadogHit("selinux_disable_enforcement"),
      facts({ selinux: "permissive" }),
      facts({ selinux: "Disabled" }),
    ],
    stays: [
      facts({ selinux: "enforcing" }),
      facts({ selinux: "disabled", apparmor: true }),
      facts({ kernel: "6.12" }),
    ],
  },
  "kernel-end-of-life": {
    fires: [
      facts({ kernel: "5.4" }),
      facts({ kernel: "4.19.0-27-amd64" }),
      facts({ kernel: "3.10.0-1160.el7.x86_64" }),
    ],
    stays: [
      facts({ kernel: "5.10.0-33-amd64" }),
      facts({ kernel: "5.15" }),
      facts({ kernel: "6.12.3" }),
      facts({ kernel: "4.18.0-553.el8_10.x86_64" }),
      facts({ kernel: "5.4.0-200-generic" }),
      facts({ cgroupVersion: 2 }),
    ],
  },
  "kernel-module-on-host": {
    fires: [
      traceeHit("kernel_module_loading", { process: { name: "insmod" } }),
      onHost(exec("modprobe wireguard")),
      onHost(kernel("load_module", "insmod")),
      falcoHit("Linux Kernel Module Injection Detected"),
      tetragonHit("monitor-kernel-modules", {
        syscall: "do_init_module",
        process: { name: "insmod" },
      }),
    ],
    stays: [
      traceeHit("kernel_module_loading", { process: { name: "systemd-udevd" } }),
      onHost(exec("modprobe -q -- fs-xfs", { parent: { name: "<kernel>" } })),
      tetragonHit("monitor-kernel-modules", {
        syscall: "do_init_module",
        process: { name: "modprobe", parent: { name: "<kernel>" } },
      }),
      onHost(exec("modprobe -r wireguard")),
      onHost(kernel("load_module", "systemd-udevd")),
      onHost(kernel("unload_module", "rmmod")),
      tetragonHit("monitor-kernel-modules", { syscall: "free_module" }),
    ],
  },
  "clock-changed": {
    fires: [
      onHost(exec("hwclock --hctosys")),
      onHost(exec("date -s 2020-01-01")),
      onHost(exec("date --set=2020-01-01")),
      tetragonHit("sys-clock-settime", { process: { name: "date" } }),
    ],
    stays: [
      onHost(exec("hwclock --show")),
      onHost(exec("date +%s")),
      tetragonHit("sys-clock-settime", { process: { name: "chronyd" } }),
    ],
  },
};
