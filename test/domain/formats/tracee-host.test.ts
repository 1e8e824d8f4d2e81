/** Tracee cuts a host's name to 15 characters: such a name may be that of several hosts. */
import { expect, test } from "vitest";
import { eventOf, traceEvent, type Json } from "./fixtures.ts";

const onHost = (hostName: string): Json =>
  traceEvent("openat", {}, { container: {}, kubernetes: {}, containerId: "", hostName });

test("a name of 15 characters is in doubt", () => {
  expect(eventOf(onHost("eu-west-1-node-")).host).toEqual({
    name: "eu-west-1-node-",
    doubtful: true,
  });
});

test("a shorter one is not", () => {
  expect(eventOf(onHost("eu-west-1-node")).host).toEqual({ name: "eu-west-1-node" });
});
