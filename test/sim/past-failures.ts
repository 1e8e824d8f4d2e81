/**
 * Runs that failed once, shortened: each a sentence that must hold, and the commands that once broke it. A run
 * that fails prints its entry.
 */
import type { SimCommand } from "./commands.ts";

export const PAST_FAILURES: Record<string, SimCommand[]> = {
  "an episode that two owners share is joined once": [
    { do: "send", host: 1, agent: 1, events: [[2, 52_317]], dropped: 0 },
    { do: "deliver", batch: 2, loseAnswer: false },
    { do: "advance", ms: 46_500, beats: true, alarms: true },
    { do: "send", host: 1, agent: 1, events: [[2, 110_253]], dropped: 0 },
    { do: "send", host: 0, agent: 0, events: [[2, 1_501]], dropped: 0 },
  ],
  "a joined episode does not end before its newest event": [
    { do: "send", host: 0, agent: 1, events: [[3, 38_582]], dropped: 0 },
    {
      do: "send",
      host: 1,
      agent: 1,
      events: [
        [1, 645],
        [1, 123_707],
      ],
      dropped: 0,
    },
    { do: "deliver", batch: 1, loseAnswer: false },
    { do: "advance", ms: 230_269, beats: true, alarms: false },
    {
      do: "send",
      host: 1,
      agent: 1,
      events: [
        [3, 1_054],
        [1, 17_617],
      ],
      dropped: 0,
    },
  ],
  "an unsettled end does not make events late": [
    { do: "send", host: 1, agent: 0, events: [[2, 1_962]], dropped: 0 },
    { do: "send", host: 0, agent: 0, events: [[2, 222]], dropped: 0 },
    { do: "deliver", batch: 0, loseAnswer: false },
    { do: "send", host: 0, agent: 1, events: [[2, 14_687]], dropped: 0 },
    { do: "advance", ms: 19_812, beats: true, alarms: true },
    { do: "deliver", batch: -1, loseAnswer: false },
  ],
  "an owner that is refused keeps the time of its late events": [
    { do: "send", host: 1, agent: 1, events: [[1, 43_791]], dropped: 0 },
    { do: "send", host: 0, agent: 0, events: [[1, 239]], dropped: 0 },
    { do: "deliver", batch: 1, loseAnswer: false },
    { do: "deliver", batch: 0, loseAnswer: true },
    { do: "advance", ms: 50_191, beats: true, alarms: true },
    {
      do: "send",
      host: 0,
      agent: 0,
      events: [
        [1, 179_306],
        [1, 2_551],
      ],
      dropped: 0,
    },
    { do: "advance", ms: 191_619, beats: true, alarms: false },
  ],
  "an event is not late for a rule that was retired before D1 was asked": [
    { do: "send", host: 0, agent: 1, events: [[3, 14_839]], dropped: 0 },
    { do: "deliver", batch: -1, loseAnswer: false },
    { do: "send", host: 1, agent: 0, events: [[3, 815]], dropped: 0 },
    { do: "advance", ms: 171_825, beats: true, alarms: false },
    {
      do: "send",
      host: 1,
      agent: 0,
      events: [
        [3, 1_496],
        [3, 152],
      ],
      dropped: 3,
    },
    { do: "advance", ms: 8_753, beats: true, alarms: true },
    { do: "deliver", batch: 0, loseAnswer: false },
    { do: "send", host: 1, agent: 0, events: [[3, 2_655]], dropped: 0 },
    { do: "rule", rule: 1, quietPeriodMs: 240_000, enabled: false },
    { do: "deliver", batch: -1, loseAnswer: true },
    { do: "wake", host: 1, sweep: false, trouble: null },
  ],
  "drops at the instant of a heartbeat are a gap": [
    { do: "beat", host: 0, agent: 0, dropped: 0 },
    { do: "send", host: 0, agent: 0, events: [[2, 454]], dropped: 3 },
  ],
  "the first heartbeat does not cover drops before it": [
    { do: "send", host: 1, agent: 0, events: [[0, 1_642]], dropped: 3 },
    { do: "deliver", batch: -1, loseAnswer: false },
    { do: "advance", ms: 1_108, beats: true, alarms: true },
    { do: "send", host: 1, agent: 0, events: [[0, 2_630]], dropped: 0 },
  ],
  "an actor whose agent has died does not wake again and again": [
    { do: "advance", ms: 30_932, beats: true, alarms: true },
    { do: "send", host: 1, agent: 0, events: [[0, 2_419]], dropped: 0 },
    { do: "advance", ms: 91_295_670, beats: false, alarms: true },
  ],
  "an agent that is back proves nothing of one that falls silent after it": [
    {
      do: "send",
      host: 3,
      agent: 0,
      events: [
        [7, 2_806],
        [22, 658],
        [8, 1_750],
      ],
      dropped: 0,
    },
    { do: "toggle", host: 3, agent: 1 },
  ],
  "a container is not gone by a word of before its newest event": [
    {
      do: "send",
      host: 4,
      agent: 1,
      events: [
        [11, 1_063],
        [11, 54_660],
      ],
      dropped: 0,
    },
    { do: "advance", ms: 1_827, beats: true, alarms: true },
    {
      do: "send",
      host: 4,
      agent: 0,
      events: [
        [10, 256],
        [10, 46_089],
        [10, 1_074],
      ],
      dropped: 0,
      gone: [5, 1_623],
    },
  ],
  "a container that is gone is not back by an older event": [
    { do: "send", host: 9, agent: 2, events: [[21, 258]], dropped: 0 },
    { do: "advance", ms: 29_343, beats: true, alarms: false },
    {
      do: "send",
      host: 9,
      agent: 0,
      events: [
        [21, 1_095],
        [20, 23_754],
      ],
      dropped: 0,
    },
    { do: "replace", place: 10 },
    { do: "deliver", batch: -1, loseAnswer: false, lag: 1_559 },
    { do: "outage" },
    { do: "advance", ms: 22_836, beats: true, alarms: true },
  ],
  "losses of before the first heartbeat are losses after it": [
    { do: "pace", factor: 1_440 },
    { do: "send", host: 3, agent: 0, events: [[6, 1_376_640]], dropped: 0 },
    {
      do: "send",
      host: 3,
      agent: 0,
      events: [
        [22, 20_511_360],
        [9, 3_556_800],
        [22, 1_550_880],
      ],
      dropped: 3,
    },
    { do: "deliver", batch: -1, loseAnswer: false },
    { do: "advance", ms: 349_920, beats: true, alarms: true },
  ],
  "what D1 confirms late does not end on silence where that is not enough": [
    { do: "rule", rule: 0, quietPeriodMs: 1_500, enabled: true },
    {
      do: "send",
      host: 2,
      agent: 0,
      events: [
        [4, 5_713],
        [5, 295],
      ],
      dropped: 0,
    },
    { do: "strict", isTold: true },
  ],
  "a threat that is told of a day late is counted with its repeats": [
    {
      do: "send",
      host: 0,
      agent: 1,
      events: [
        [1, 882_360],
        [2, 14_300_640],
      ],
      dropped: 0,
    },
    {
      do: "send",
      host: 1,
      agent: 0,
      events: [
        [1, 778_680],
        [2, 10_337_040],
        [2, 12_270_240],
      ],
      dropped: 0,
    },
    { do: "deliver", batch: 6, loseAnswer: false },
    { do: "advance", ms: 5_568_120, beats: true, alarms: true },
    { do: "advance", ms: 5_473_440, beats: true, alarms: true },
    { do: "advance", ms: 7_673_760, beats: true, alarms: false },
    { do: "advance", ms: 68_528_520, beats: true, alarms: false },
    {
      do: "send",
      host: 1,
      agent: 1,
      events: [
        [0, 567_720],
        [3, 322_920],
        [1, 20_923_200],
      ],
      dropped: 0,
    },
    { do: "deliver", batch: 0, loseAnswer: false },
    { do: "advance", ms: 43_106_400, beats: true, alarms: true },
  ],
  "what was late before D1 was asked lies in no silence that is called quiet": [
    {
      do: "send",
      host: 3,
      agent: 0,
      events: [[6, 17_312]],
      dropped: 0,
      more: [{ host: 0, agent: 0, events: [[1, 2_605]], dropped: 3 }],
    },
    { do: "deliver", batch: -1, loseAnswer: true },
    { do: "advance", ms: 272_456, beats: true, alarms: true },
    { do: "send", host: 1, agent: 0, events: [[1, 1_513]], dropped: 0 },
    { do: "outage" },
    { do: "deliver", batch: 5, loseAnswer: false },
    { do: "advance", ms: 293_574, beats: true, alarms: false },
    { do: "advance", ms: 295_136, beats: true, alarms: true },
    {
      do: "send",
      host: 3,
      agent: 0,
      events: [[22, 171_333]],
      dropped: 3,
      more: [
        {
          host: 1,
          agent: 0,
          events: [
            [1, 163_287],
            [1, 1_062],
          ],
          dropped: 0,
        },
      ],
    },
    { do: "rule", rule: 1, quietPeriodMs: 120_000, enabled: false },
  ],
  "an actor hears that silence is enough again, of what it has taken over too": [
    { do: "pace", factor: 1_440 },
    {
      do: "send",
      host: 0,
      agent: 0,
      events: [
        [3, 3_294_720],
        [3, 1_925_280],
        [1, 3_424_320],
      ],
      dropped: 0,
    },
    { do: "deliver", batch: 6, loseAnswer: true },
    { do: "toggle", host: 1, agent: 1 },
    { do: "strict", isTold: true },
    { do: "advance", ms: 75_283_200, beats: true, alarms: true },
    { do: "toggle", host: 1, agent: 1 },
    { do: "strict", isTold: false },
    { do: "toggle", host: 1, agent: 0 },
    {
      do: "send",
      host: 1,
      agent: 1,
      events: [
        [3, 201_022_560],
        [1, 2_833_920],
      ],
      dropped: 0,
      more: [
        {
          host: 5,
          agent: 0,
          events: [
            [13, 1_866_240],
            [13, 554_400],
            [13, 67_279_680],
          ],
          dropped: 0,
        },
      ],
    },
  ],
};
