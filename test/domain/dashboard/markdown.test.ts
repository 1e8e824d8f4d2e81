/** Markdown of rule texts never becomes markup of its own. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Markdown } from "../../../dashboard/format/markdown.tsx";

const render = async (text: string): Promise<string> => String(await Markdown({ text }));

const ALLOWED =
  /^<(?:\/?(?:div|p|ul|ol|li|strong|code|pre|a)|div class="prose"|pre tabindex="0"|a href="https:\/\/[^"<>\s]*" rel="noreferrer")>$/;

const fragments = fc.constantFrom(
  "<script>",
  "</p>",
  "<img src=x onerror=alert(1)>",
  "`",
  "**",
  "[a](",
  "https://x.example/",
  "javascript:alert(1)",
  ")",
  "\n",
  "\n\n",
  "- ",
  "1. ",
  "```",
  "   ",
  "&lt;",
  '"',
  "'",
  "[",
  "]",
  "data:text/html,x",
  "<",
  ">",
);
const nasty = fc
  .array(fc.oneof(fragments, fc.string()), { maxLength: 40 })
  .map((parts) => parts.join(""));

describe("Markdown", () => {
  it("emits no tag but its own, whatever it is given", async () => {
    await fc.assert(
      fc.asyncProperty(nasty, async (text) => {
        const tags = (await render(text)).match(/<[^>]*>?/g) ?? [];
        expect(tags.filter((tag) => !ALLOWED.test(tag))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it("renders the subset", async () => {
    expect(await render("Run `a` and **b**, see [c](https://c.example/d).")).toBe(
      '<div class="prose"><p>Run <code>a</code> and <strong>b</strong>, see <a href="https://c.example/d" rel="noreferrer">c</a>.</p></div>',
    );
    expect(await render("- one\n- two\n\n1. three")).toBe(
      '<div class="prose"><ul><li><p>one</p></li><li><p>two</p></li></ul><ol><li><p>three</p></li></ol></div>',
    );
    expect(await render("1. do:\n\n   ```sh\n   a < b\n   ```\n2. then")).toContain(
      '<li><p>do:</p><pre tabindex="0">a &lt; b</pre></li>',
    );
  });

  it.each([
    "[x](javascript:alert(1))",
    "[x](http://x.example)",
    "[x](//x.example)",
    "[x](data:text/html,x)",
  ])("leaves %s as it was written", async (text) => {
    expect(await render(text)).not.toContain("<a");
  });

  it("is linear in what it is given", async () => {
    const start = performance.now();
    for (const part of ["[", "`", "**", "[a](", "- ", "1. a\n", "```\n"])
      await render(part.repeat(20_000));
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});
