// A delivery as a job of BullMQ. `node delivering.mjs work` delivers, `node delivering.mjs submit FIRST END` submits.
// REDIS_PORT, PARTNER_URL, LADDER (seconds, with spaces between them) and BODY are given as environment variables.

import { Queue, Worker } from "bullmq";
import { Agent, request } from "undici";

const LADDER = process.env.LADDER.split(" ").map(Number);
const TIMEOUT = 10_000; // ms, as Herald's AttemptTimeout
const AT_ONCE = 50;
const BULK = 500; // jobs in one call: how they are submitted is not measured
const connection = { host: "127.0.0.1", port: Number(process.env.REDIS_PORT), maxRetriesPerRequest: null };
const dispatcher = new Agent({ connections: AT_ONCE, bodyTimeout: TIMEOUT, headersTimeout: TIMEOUT });

async function deliver(job) {
  const { statusCode, body } = await request(job.data.url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: job.data.body,
    dispatcher,
  });
  const text = (await body.text()).trim();
  if (Math.floor(statusCode / 100) !== 2 || text !== "success") throw new Error(`HTTP ${statusCode}`);
}

function work() {
  const settings = { backoffStrategy: (attempts) => LADDER[attempts - 1] * 1000 };
  const worker = new Worker("deliveries", deliver, { connection, concurrency: AT_ONCE, settings });
  worker.on("error", (error) => console.error(error));
}

async function submit(first, end) {
  const queue = new Queue("deliveries", { connection });
  const opts = { attempts: LADDER.length + 1, backoff: { type: "custom" }, removeOnComplete: true };
  for (let from = first; from < end; from += BULK) {
    const numbers = Array.from({ length: Math.min(BULK, end - from) }, (_, n) => from + n);
    await queue.addBulk(
      numbers.map((n) => ({
        name: "deliver",
        data: { url: process.env.PARTNER_URL, body: process.env.BODY.replace("ORDER", `order-${n}`) },
        opts,
      })),
    );
  }
  await queue.close();
}

const [what, first, end] = process.argv.slice(2);
if (what === "work") work();
else await submit(Number(first), Number(end));
