/** Whether the node can listen where it is told to, found out before anything is started. */
import { createServer } from "node:net";
import { errorCode, StartError } from "./start-error.ts";

const REASONS: Record<string, string> = {
  EADDRINUSE: "is in use by another process",
  EADDRNOTAVAIL: "is not an address of this machine",
  EACCES: "needs more rights than this user has",
  ENOTFOUND: "is not a known host name",
};

export function checkPort(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error) => {
      const reason = REASONS[errorCode(error) ?? ""] ?? `cannot be used (${error.message})`;
      const hint = errorCode(error) === "EADDRINUSE" ? " Set PORT to another one." : "";
      reject(new StartError(`${host}:${port} ${reason}.${hint}`, { cause: error }));
    });
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve()));
  });
}
