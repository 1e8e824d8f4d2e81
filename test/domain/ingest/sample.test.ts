/** A sample is smaller than its event, and says what it has left out. */
import { expect, test } from "vitest";
import {
  MAX_SAMPLE_ARGS_CHARS,
  MAX_SAMPLE_MESSAGE_CHARS,
  MAX_SAMPLE_PATH_CHARS,
} from "../../../schema/limits.ts";
import { sampleOf } from "../../../workers/ingest/sample.ts";
import { eventOf, nativeEvent } from "../formats/fixtures.ts";

test("what is cut is named, beside what was cut of the event", () => {
  const long = "x".repeat(3_000);
  const event = eventOf(
    nativeEvent({
      message: long,
      tags: Array.from({ length: 40 }, () => "t"),
      process: { exe: long, cwd: long, args: Array.from({ length: 9 }, () => "a".repeat(400)) },
      file: { path: long },
    }),
  );
  const sample = sampleOf(event);
  expect(sample.truncated).toEqual([
    "tags",
    "message",
    "process.exe",
    "process.cwd",
    "process.args",
    "file.path",
  ]);
  expect(sample.message).toHaveLength(MAX_SAMPLE_MESSAGE_CHARS);
  expect(sample.process?.exe).toHaveLength(MAX_SAMPLE_PATH_CHARS);
  expect(sample.file?.path).toHaveLength(MAX_SAMPLE_PATH_CHARS);
  expect(sample.process?.args?.join("").length).toBeLessThanOrEqual(MAX_SAMPLE_ARGS_CHARS + 1);
  // The event is the same for the next sample.
  expect(event.truncated).toEqual(["tags"]);
});

test("nothing is cut through a character", () => {
  const event = eventOf(nativeEvent({ message: `a${"😀".repeat(400)}` }));
  expect(sampleOf(event).message?.isWellFormed()).toBe(true);
});

test("an event within the limits is sampled whole, and says nothing of it", () => {
  expect(sampleOf(eventOf(nativeEvent())).truncated).toBe(undefined);
});
