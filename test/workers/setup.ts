/** Before each test file in workerd: D1 as a deployment has it. */
import { migrate } from "./migrate.ts";

await migrate();
