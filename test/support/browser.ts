/** A real Chromium that comes from npm: nothing to install on the machine. */
import sparticuz from "@sparticuz/chromium";
import { type Browser, chromium } from "playwright-core";

/** Meant for lambdas: with it, a closed context takes the whole browser along. */
const SINGLE_PROCESS = "--single-process";

/** Starts a headless browser; the caller closes it. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: await sparticuz.executablePath(),
    args: [...sparticuz.args.filter((arg) => arg !== SINGLE_PROCESS), "--no-sandbox"],
    headless: true,
  });
}
