/** Tools that belong in a build, seen in a running container. */
import { ruleId } from "../ids.ts";
import type { Rule } from "../rule.ts";
import { code, CONTAINER, datadog, days, execOf, markdown, steps } from "./kit.ts";
import { attack, DOCKER_MULTI_STAGE, NIST_800_190 } from "./references.ts";

/** `gcc`, `gcc-9` … `gcc-15`: distributions install compilers under versioned names too. */
const versioned = (name: string, from: number, to: number): string[] => [
  name,
  ...Array.from({ length: to - from + 1 }, (_, at) => `${name}-${from + at}`),
];

const COMPILERS = [
  ...versioned("gcc", 7, 16),
  ...versioned("g++", 7, 16),
  ...versioned("cpp", 7, 16),
  ...versioned("gfortran", 7, 16),
  ...versioned("clang", 10, 22),
  ...versioned("clang++", 10, 22),
  "x86_64-linux-gnu-gcc",
  "x86_64-linux-gnu-g++",
  "aarch64-linux-gnu-gcc",
  "aarch64-linux-gnu-g++",
  "musl-gcc",
  "cc",
  "c++",
  "c89",
  "c99",
  "tcc",
  // What gcc itself starts: seen even where the front end has a name of its own.
  "cc1",
  "cc1plus",
  "collect2",
  "as",
  "ld",
  "ld.bfd",
  "ld.gold",
  "ld.lld",
  "mold",
  "rustc",
  "cargo",
  "javac",
  "kotlinc",
  "scalac",
  "ghc",
  "zig",
  "dmd",
  "nasm",
  "yasm",
  "make",
  "gmake",
  "cmake",
  "ninja",
  "meson",
  "bazel",
  "mvn",
  "gradle",
  "tsc",
] as const;

/** `go` alone runs nothing at build time in `go version`; these subcommands compile. */
const GO_COMPILES = `process.args.exists(a, a in ["build", "run", "install", "test", "generate"])`;

export const compilerInContainer: Rule = {
  id: ruleId("compiler-in-container"),
  title: "Compiler run in a container",
  class: "posture",
  severity: "medium",
  scope: CONTAINER,
  matchers: [execOf(COMPILERS), execOf(["go"], GO_COMPILES), datadog("compiler_in_container")],
  quietPeriodMs: days(7),
  quietPeriodReason: "Native extensions are often rebuilt by a weekly job or a weekly deploy.",
  phrase: "{process} ran",
  why: "A compiler in a running container means that code is made where nobody has reviewed or scanned it, and that whoever gets in can build tools on the spot instead of bringing them along.",
  good: "Images are built once, in a pipeline, and hold only what the service needs at run time. Nothing is compiled after the container has started.",
  remediation: markdown(
    steps(
      "Find what starts it: the parent process in the samples is usually an entrypoint script, a `pip install` or an `npm rebuild`.",
      "Move that step into the image build, and copy only its result into the final stage.",
      "Use a final base image without a toolchain (`-slim`, distroless).",
      "Redeploy. The finding resolves when the quiet period has passed.",
    ),
    code(
      "dockerfile",
      "FROM python:3.13 AS build",
      "WORKDIR /app",
      "COPY requirements.txt .",
      "RUN pip wheel --wheel-dir /wheels -r requirements.txt",
      "",
      "FROM python:3.13-slim",
      "COPY --from=build /wheels /wheels",
      "RUN pip install --no-index --find-links=/wheels /wheels/*.whl && rm -r /wheels",
    ),
  ),
  references: [DOCKER_MULTI_STAGE, NIST_800_190, attack("T1027.004", "Compile After Delivery")],
  tags: ["T1027.004", "image", "build"],
  enabled: true,
};
