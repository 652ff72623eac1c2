// Starts the emulator with one seed and sends its events to one address; prints its own address when ready.
// The package's Slack part takes subscriptions, but nothing on the outside hands it any: so they are added here.
import { createEmulator } from "emulate";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const [port, seedFile, eventsUrl] = process.argv.slice(2);
const dist = path.dirname(fileURLToPath(import.meta.resolve("emulate")));
const slackFile = readdirSync(dist).find(
  (name) => /^dist-.*\.js$/.test(name) && readFileSync(path.join(dist, name), "utf8").includes("slackPlugin"),
);
const { slackPlugin } = await import(pathToFileURL(path.join(dist, slackFile)));
const register = slackPlugin.register.bind(slackPlugin);
slackPlugin.register = (app, store, webhooks, ...rest) => {
  register(app, store, webhooks, ...rest);
  if (eventsUrl) {
    webhooks.register({ url: eventsUrl, events: ["message"], active: true, owner: "slack" });
  }
};
const seed = JSON.parse(readFileSync(seedFile, "utf8"));
const emulator = await createEmulator({ service: "slack", port: Number(port), seed });
console.log(emulator.url);
