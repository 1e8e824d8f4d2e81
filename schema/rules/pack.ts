/** The built-in rules. Contract: ids are unique; an id, once released, keeps its meaning. */
import type { Rule } from "../rule.ts";
import { compilerInContainer } from "./build-tools.ts";
import { imdsV1Access } from "./cloud-metadata.ts";
import { cgroupV1Host } from "./host-state.ts";
import { packageManagerInContainer } from "./packages.ts";
import { interactiveShellInContainer } from "./shells.ts";

export const RULE_PACK: readonly Rule[] = [
  compilerInContainer,
  packageManagerInContainer,
  interactiveShellInContainer,
  imdsV1Access,
  cgroupV1Host,
];
