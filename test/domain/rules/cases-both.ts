/** Cases of the rules of class `both`. */
import type { RuleCases } from "./cases.ts";
import {
  datadogHit,
  exec,
  falcoHit,
  file,
  kernel,
  onHost,
  tetragonHit,
  traceeHit,
} from "./events.ts";

const CONTAINER = { container: { id: "c0ffee123456" } };

export const BOTH_CASES: Readonly<Record<string, RuleCases>> = {
  "write-below-binary-dir": {
    fires: [
      traceeHit("TRC-1012"),
      file("write", "/usr/bin/ps"),
      file("mkdir", "/usr/local/bin/.x"),
      falcoHit("Write below binary dir"),
    ],
    stays: [
      file("read", "/usr/bin/ps"),
      file("write", "/usr/share/x"),
      onHost(file("write", "/usr/bin/ps", "dpkg")),
    ],
  },
  "container-drift": {
    fires: [
      datadogHit("executable_bit_added"),
      traceeHit("TRC-1022"),
      falcoHit("Drop and execute new binary in container"),
      tetragonHit("exec-unlinked", CONTAINER),
    ],
    stays: [exec("/app/server")],
  },
  "exec-from-tmp": {
    fires: [
      exec("/tmp/x"),
      onHost(exec("/dev/shm/.x")),
      falcoHit("Execution from /dev/shm"),
      tetragonHit("tmp-execs"),
    ],
    stays: [exec("/usr/bin/ls /tmp/x"), { ...exec("/tmp/x"), action: "exit" }],
  },
  "host-device-in-container": {
    fires: [
      traceeHit("disk_mount"),
      traceeHit("TRC-1021"),
      exec("debugfs /dev/sda1"),
      file("open", "/dev/nvme0n1"),
      falcoHit("Privileged Container Device Access"),
    ],
    stays: [file("open", "/dev/null"), file("open", "/dev/shm/x")],
  },
  "kernel-module-load": {
    fires: [
      traceeHit("TRC-1017", CONTAINER),
      exec("insmod /tmp/rootkit.ko"),
      kernel("load_module"),
      falcoHit("Linux Kernel Module Injection Detected"),
      tetragonHit("monitor-kernel-modules", { ...CONTAINER, syscall: "do_init_module" }),
    ],
    stays: [
      exec("modprobe --show-depends xfs"),
      kernel("unload_module"),
      tetragonHit("monitor-kernel-modules", { ...CONTAINER, syscall: "free_module" }),
    ],
  },
  "ptrace-attach": {
    fires: [
      traceeHit("TRC-1023"),
      traceeHit("TRC-2"),
      traceeHit("ptrace", CONTAINER),
      datadogHit("sensitive_tracing"),
      exec("strace -p 1"),
      kernel("ptrace"),
      falcoHit("PTRACE attached to process"),
      tetragonHit("syscalls", { syscall: "__x64_sys_ptrace" }),
    ],
    stays: [
      traceeHit("TRC-104"),
      kernel("process_vm_writev"),
      onHost(kernel("ptrace")),
      traceeHit("ptrace"),
      onHost(exec("strace -p 1")),
      tetragonHit("syscalls", { syscall: "__x64_sys_setuid" }),
    ],
  },
  "sensitive-file-read": {
    fires: [
      tetragonHit("monitor-elastic-keystore-file"),
      file("open", "/etc/shadow", "cat"),
      falcoHit("Read sensitive file untrusted"),
      tetragonHit("file-monitoring-filtered", {
        file: { path: "/etc/shadow" },
        process: { name: "cat" },
      }),
    ],
    stays: [
      file("open", "/etc/shadow", "sshd"),
      file("open", "/etc/passwd", "cat"),
      tetragonHit("file-monitoring-filtered", {
        file: { path: "/etc/hosts" },
        process: { name: "cat" },
      }),
    ],
  },
  "ssh-key-read": {
    fires: [file("read", "/root/.ssh/id_ed25519", "cat"), falcoHit("Read ssh information")],
    stays: [
      file("read", "/root/.ssh/id_ed25519", "ssh"),
      file("read", "/root/.ssh/id_ed25519.pub", "cat"),
    ],
  },
  "process-environ-read": {
    fires: [
      file("open", "/proc/1/environ", "cat"),
      falcoHit("Read environment variable from /proc files"),
    ],
    stays: [
      file("open", "/backup/1/environ", "cat"),
      file("open", "/proc/self/environ", "app"),
      file("open", "/proc/1/status", "cat"),
    ],
  },
  "authorized-keys-changed": {
    fires: [
      onHost(file("write", "/root/.ssh/authorized_keys", "sh")),
      falcoHit("Adding ssh keys to authorized_keys"),
    ],
    stays: [
      onHost(file("read", "/root/.ssh/authorized_keys", "sshd")),
      onHost(file("write", "/root/.ssh/known_hosts", "ssh")),
    ],
  },
  "shell-config-changed": {
    fires: [
      file("write", "/root/.bashrc", "sh"),
      onHost(file("create", "/etc/profile.d/x.sh")),
      falcoHit("Modify Shell Configuration File"),
    ],
    stays: [file("read", "/root/.bashrc", "bash"), file("write", "/root/.vimrc", "vim")],
  },
  "setuid-bit-set": {
    fires: [
      exec("chmod u+s /usr/bin/find"),
      exec("chmod 4755 /opt/x"),
      exec("chmod 02755 /opt/x"),
      falcoHit("Set Setuid or Setgid bit"),
    ],
    stays: [exec("chmod 0755 /opt/x"), exec("chmod +x /opt/sh"), exec("chmod 1777 /tmp")],
  },
  "file-below-dev": {
    fires: [falcoHit("Create files below dev")],
    stays: [onHost(file("open", "/dev/null"))],
  },
  "logs-cleared": {
    fires: [
      file("truncate", "/var/log/auth.log", "sh"),
      exec("truncate -s 0 /var/log/syslog"),
      onHost(exec("journalctl --vacuum-time=1s")),
      falcoHit("Clear Log Activities"),
    ],
    stays: [
      file("unlink", "/var/cache/x"),
      exec("truncate -s 0 /data/x"),
      file("unlink", "/var/log/syslog.7.gz", "logrotate"),
      file("write", "/var/log/app.log"),
      exec("journalctl -f"),
    ],
  },
  "shell-history-deleted": {
    fires: [
      datadogHit("shell_history_truncated"),
      file("unlink", "/root/.bash_history", "rm"),
      exec("rm -f /root/.bash_history"),
      falcoHit("Delete or rename shell history"),
    ],
    stays: [
      file("unlink", "/root/notes", "rm"),
      file("write", "/root/.bash_history", "bash"),
      exec("rm -f /root/x"),
    ],
  },
  "bulk-data-removed": {
    fires: [exec("shred -u /data/db"), falcoHit("Remove Bulk Data from Disk")],
    stays: [onHost(exec("mkfs.ext4 /dev/sdb")), exec("rm -rf /data")],
  },
};
