/** A real node with a real browser that is signed in; what the browser complains of is kept for the test to see. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchBrowser } from "../support/browser.ts";
import { eventually } from "../support/eventually.ts";
import { type RunningNode, startNode } from "../support/node.ts";

export const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

export class Dashboard {
  /** What the browser blocked, missed or complained of since it was last asked. */
  #complaints: string[] = [];
  readonly node: RunningNode;
  readonly browser: Browser;
  readonly signedIn: BrowserContext;

  private constructor(node: RunningNode, browser: Browser, signedIn: BrowserContext) {
    this.node = node;
    this.browser = browser;
    this.signedIn = signedIn;
  }

  /** `env`: of the node, beside what it always has. */
  static async start(env: Record<string, string> = {}): Promise<Dashboard> {
    const [node, browser] = await Promise.all([startNode({ env }), launchBrowser()]);
    const signedIn = await browser.newContext({ viewport: SIZES.desktop });
    const page = await signedIn.newPage();
    await page.goto(node.credentials.signInUrl);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL(`${node.url}/`);
    await page.close();
    return new Dashboard(node, browser, signedIn);
  }

  /** The same reader without script. */
  async withoutScript(): Promise<BrowserContext> {
    return this.browser.newContext({
      javaScriptEnabled: false,
      storageState: await this.signedIn.storageState(),
    });
  }

  async open(context: BrowserContext, path: string): Promise<Page> {
    const { node } = this;
    const page = await context.newPage();
    page.on("console", (message) => {
      if (message.type() === "error") this.#complaints.push(`${path}: ${message.text()}`);
    });
    page.on("pageerror", (error) => this.#complaints.push(`${path}: ${error.message}`));
    page.on("request", (request) => {
      if (!request.url().startsWith(node.url))
        this.#complaints.push(`${path} asks ${request.url()}`);
    });
    await page.goto(node.url + path);
    return page;
  }

  takeComplaints(): string[] {
    const found = this.#complaints;
    this.#complaints = [];
    return found;
  }

  /** The id of a finding of the rule, once one is listed. */
  async findingId(rule: string): Promise<string> {
    return eventually(`a finding of ${rule} is listed`, async () => {
      const answer = await this.node.api(`/api/v1/findings?rule=${rule}`);
      const { items } = (await answer.json()) as { items: { id: string }[] };
      return items[0]?.id;
    });
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.node.dispose();
  }
}

/** One exec in a container of a pod, as an agent reports it. */
export function exec(container: string, name: string, args: string[] = []) {
  return {
    agent: { id: "a1", kind: "native", host: { name: "node-7" } },
    events: [
      {
        time: new Date().toISOString(),
        kind: "process",
        action: "exec",
        container: { id: container, name: "api", image: "shop/api:1.4" },
        k8s: { namespace: "shop", pod: "api-5d", workload: { kind: "Deployment", name: "api" } },
        process: { exe: `/usr/bin/${name}`, name, args, parent: { name: "sh" } },
      },
    ],
  };
}
