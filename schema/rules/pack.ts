/** The built-in rules. Contract: ids are unique; an id, once released, keeps its meaning. */
import type { Rule } from "../rule.ts";
import {
  privilegeChange,
  setuidBitSet,
  sudoInContainer,
  userManagementOnHost,
} from "./accounts.ts";
import { compilerInContainer } from "./build-tools.ts";
import { cloudKeysOnDisk, imdsV1Access } from "./cloud-metadata.ts";
import {
  containerRunsAsRoot,
  disallowedImage,
  privilegedContainer,
  sensitiveHostMount,
} from "./container-config.ts";
import { clearTextProtocol, dockerTcpUnencrypted, kubeletReadOnlyPort } from "./exposed-apis.ts";
import { containerDrift, execFromTmp, payloadDecoded } from "./execution.ts";
import {
  fileBelowDev,
  scheduledJobChanged,
  shellConfigChanged,
  writeBelowBinaryDir,
  writeBelowConfigDir,
} from "./files.ts";
import { kernelHardeningOff, secureBootOff } from "./hardening.ts";
import { agentRulesetDrift, agentSilent } from "./agents.ts";
import { cgroupV1Host, clockChanged, kernelEndOfLife, selinuxNotEnforcing } from "./host-state.ts";
import { hostDeviceInContainer, mountInContainer, namespaceChange } from "./isolation.ts";
import { bpfProgramLoad, kernelModuleLoad, kernelModuleOnHost, ptraceAttach } from "./kernel.ts";
import {
  downloadToolInContainer,
  networkToolInContainer,
  networkToolOnHost,
  remoteCopyInContainer,
} from "./network-tools.ts";
import { rawSocketInContainer, unexpectedEgress, unexpectedInbound } from "./network.ts";
import {
  clusterClientInContainer,
  copyOutByKubectl,
  dockerSocketAccess,
  kubernetesApiFromContainer,
} from "./orchestrator.ts";
import {
  packageDatabaseChanged,
  packageManagerInContainer,
  packageManagerOnHost,
} from "./packages.ts";
import { processEnvironRead, sensitiveFileRead, sshKeyRead } from "./secrets.ts";
import { interactiveShellInContainer, shellSpawnedByApp, systemUserInteractive } from "./shells.ts";
import { authorizedKeysChanged, sshInContainer, sshOnOddPort } from "./ssh.ts";
import { controlPlaneCredentialsRead, instanceCredentialsTaken } from "./threats-credentials.ts";
import {
  containerEscape,
  kernelHooked,
  localPrivilegeEscalation,
  sshdBackdoor,
  staticPodWritten,
} from "./threats-escape.ts";
import {
  databaseSpawnedProcess,
  filelessExec,
  installScriptNetworkTool,
  jndiClassDownload,
  netcatExec,
  reverseShell,
  webServerSpawnedShell,
} from "./threats-execution.ts";
import { tunnellingTool, webShellWritten } from "./threats-remote.ts";
import { defencesStopped, linkerPreloadChanged, processInjection } from "./threats-tampering.ts";
import {
  credentialSearch,
  cryptoMiner,
  directoryTraversalRead,
  linkToSensitiveFile,
} from "./threats-theft.ts";
import { bulkDataRemoved, logsCleared, shellHistoryDeleted } from "./traces.ts";

export const RULE_PACK: readonly Rule[] = [
  // Posture: images and what runs in them.
  compilerInContainer,
  packageManagerInContainer,
  packageDatabaseChanged,
  networkToolInContainer,
  downloadToolInContainer,
  remoteCopyInContainer,
  clusterClientInContainer,
  sshInContainer,
  sudoInContainer,
  payloadDecoded,
  writeBelowConfigDir,
  // Posture: people at work.
  interactiveShellInContainer,
  systemUserInteractive,
  copyOutByKubectl,
  userManagementOnHost,
  networkToolOnHost,
  packageManagerOnHost,
  scheduledJobChanged,
  // Posture: applications.
  shellSpawnedByApp,
  privilegeChange,
  // Posture: reach and isolation.
  imdsV1Access,
  cloudKeysOnDisk,
  kubernetesApiFromContainer,
  dockerSocketAccess,
  dockerTcpUnencrypted,
  kubeletReadOnlyPort,
  privilegedContainer,
  sensitiveHostMount,
  disallowedImage,
  containerRunsAsRoot,
  mountInContainer,
  namespaceChange,
  rawSocketInContainer,
  bpfProgramLoad,
  unexpectedEgress,
  unexpectedInbound,
  sshOnOddPort,
  clearTextProtocol,
  // Posture: hosts.
  cgroupV1Host,
  agentSilent,
  agentRulesetDrift,
  selinuxNotEnforcing,
  kernelEndOfLife,
  kernelHardeningOff,
  secureBootOff,
  kernelModuleOnHost,
  clockChanged,
  // Both: habits that an attack looks like.
  writeBelowBinaryDir,
  containerDrift,
  execFromTmp,
  hostDeviceInContainer,
  kernelModuleLoad,
  ptraceAttach,
  sensitiveFileRead,
  sshKeyRead,
  processEnvironRead,
  authorizedKeysChanged,
  shellConfigChanged,
  setuidBitSet,
  fileBelowDev,
  logsCleared,
  shellHistoryDeleted,
  bulkDataRemoved,
  // Threats.
  reverseShell,
  netcatExec,
  webServerSpawnedShell,
  webShellWritten,
  databaseSpawnedProcess,
  filelessExec,
  installScriptNetworkTool,
  jndiClassDownload,
  containerEscape,
  staticPodWritten,
  localPrivilegeEscalation,
  sshdBackdoor,
  kernelHooked,
  processInjection,
  linkerPreloadChanged,
  defencesStopped,
  credentialSearch,
  controlPlaneCredentialsRead,
  instanceCredentialsTaken,
  linkToSensitiveFile,
  directoryTraversalRead,
  tunnellingTool,
  cryptoMiner,
];
