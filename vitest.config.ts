/**
 * Four projects: `node` for the pure core and its simulations, `workers` for everything that runs in workerd,
 * `e2e` for the real process and `browser` for the dashboard in a real one. The last two run after the others, one
 * file of each at a time: the first mostly waits for a live process, the second for a browser.
 */
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { build } from "./scripts/build.ts";

const SECOND_MS = 1_000;

/** Long enough for HMAC keys; known, so that tests can mint what they need. */
const TEST_SECRET = "test-secret-of-more-than-32-characters";

const ITTY = ["itty-durable", "itty-durable/proxy-durable"];

/** The Worker under test as wrangler.toml describes it, with what only a deployment would set. */
const workerd = cloudflareTest(async () => ({
  wrangler: { configPath: "./wrangler.toml" },
  miniflare: {
    bindings: {
      LULL_SECRET: TEST_SECRET,
      TEST_MIGRATIONS: await readD1Migrations("./schema/migrations"),
    },
  },
}));

const oneByOne = {
  testTimeout: 60 * SECOND_MS,
  hookTimeout: 60 * SECOND_MS,
  fileParallelism: false,
  sequence: { groupOrder: 1 },
};

// The assets folder that wrangler.toml names must be complete before workerd opens it.
build();

export default defineConfig({
  test: {
    // By default one core is left alone, which on two cores is half of them.
    maxWorkers: "100%",
    reporters: process.env["CI"] === undefined ? ["default"] : [["default", { summary: false }]],
    projects: [
      {
        test: {
          name: "node",
          include: [
            "test/domain/**/*.test.ts",
            "test/sim/**/*.test.ts",
            "test/chaos/judge.test.ts",
          ],
          testTimeout: 30 * SECOND_MS,
          sequence: { groupOrder: 0 },
          // Pure code keeps nothing between files, and a hundred fresh contexts cost more than many of the tests.
          isolate: false,
        },
      },
      {
        plugins: [workerd],
        test: {
          name: "workers",
          include: ["test/workers/**/*.test.{ts,tsx}", "test/durable/**/*.test.ts"],
          setupFiles: ["./test/workers/setup.ts"],
          // Its files are modules, but its package.json does not say so: bundled first, they load.
          deps: { optimizer: { ssr: { enabled: true, include: ITTY } } },
          testTimeout: 30 * SECOND_MS,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/node/*.test.ts", "test/chaos/chaos.test.ts"],
          ...oneByOne,
        },
      },
      {
        test: {
          name: "browser",
          include: ["test/e2e/dashboard*.test.ts"],
          ...oneByOne,
        },
      },
    ],
  },
});
