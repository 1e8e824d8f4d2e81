/** Cases of posture rules on open interfaces, keys on disk, and what is changed by hand on hosts. */
import type { RuleCases } from "./cases.ts";
import { exec, facts, file, network, onHost } from "./events.ts";

export const REACH_CASES: Readonly<Record<string, RuleCases>> = {
  "cloud-keys-on-disk": {
    fires: [
      file("open", "/root/.aws/credentials", "java"),
      onHost(file("read", "/home/a/.s3cfg", "s3cmd")),
    ],
    stays: [
      file("open", "/root/.aws/config", "java"),
      file("write", "/root/.aws/credentials", "aws"),
    ],
  },
  "package-manager-on-host": {
    fires: [
      onHost(exec("apt-get install nmap", { tty: true })),
      onHost(exec("rpm -Uvh x.rpm", { tty: true })),
    ],
    stays: [
      onHost(exec("apt-get install nmap", { tty: false })),
      onHost(exec("apt list", { tty: true })),
    ],
  },
  "kubelet-read-only-port": {
    fires: [
      network("connect", { ip: "10.0.0.4", port: 10255 }),
      onHost(exec("kubelet --read-only-port=10255")),
    ],
    stays: [
      network("connect", { ip: "10.0.0.4", port: 10250 }),
      onHost(exec("kubelet --read-only-port=0")),
    ],
  },
  "docker-tcp-unencrypted": {
    fires: [
      onHost(network("listen", { port: 2375 }, "dockerd")),
      onHost(exec("dockerd -H tcp://0.0.0.0:4243")),
    ],
    stays: [
      onHost(network("listen", { port: 2376 }, "dockerd")),
      onHost(exec("dockerd -H tcp://0.0.0.0:2376 --tlsverify")),
      onHost(exec("dockerd -H fd://")),
    ],
  },
  "clear-text-protocol": {
    fires: [
      network("connect", { ip: "203.0.113.7", port: 21 }),
      onHost(network("listen", { port: 23 }, "xinetd")),
      onHost(exec("vsftpd /etc/vsftpd.conf")),
    ],
    stays: [
      network("connect", { ip: "203.0.113.7", port: 22 }),
      network("connect", { ip: "203.0.113.7", port: 513, protocol: "udp" }),
      onHost(exec("sftp-server")),
    ],
  },
  "kernel-hardening-off": {
    fires: [
      facts({ "kernel.randomize_va_space": 0 }),
      facts({ "kernel.yama.ptrace_scope": "0", kernel: "6.12" }),
      onHost(exec("sysctl -w kernel.randomize_va_space=0")),
    ],
    stays: [
      facts({ "kernel.randomize_va_space": 2 }),
      facts({ kernel: "6.12" }),
      onHost(exec("sysctl -w kernel.randomize_va_space=2")),
      onHost(exec("sysctl kernel.randomize_va_space")),
    ],
  },
  "secure-boot-off": {
    fires: [facts({ secureBoot: false }), facts({ secureBoot: "disabled" })],
    stays: [facts({ secureBoot: true }), facts({ kernel: "6.12" })],
  },
};
