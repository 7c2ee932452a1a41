// Uploads a file with tus-js-client, cutting it off some times, and prints how often.
// Arguments: node_modules folder, endpoint, token, file, event id.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [, , packages, endpoint, token, file, event_id] = process.argv;
const tus = createRequire(`${packages}/`)("tus-js-client");
const bytes = readFileSync(file);
const sha256 = createHash("sha256").update(bytes).digest("hex");
const CUTS = 4;
let uploadUrl = null;
let cuts = 0;

const once = () =>
  new Promise((resolve, reject) => {
    const upload = new tus.Upload(bytes, {
      endpoint,
      uploadUrl,
      chunkSize: 40_000,
      retryDelays: [0, 50, 100],
      headers: { Authorization: `Bearer ${token}` },
      metadata: { event_id, sha256, filename: "p.jpg", filetype: "image/jpeg" },
      onUploadUrlAvailable: () => {
        uploadUrl = upload.url;
      },
      onProgress: (sent) => {
        if (cuts >= CUTS || sent <= ((cuts + 1) * bytes.length) / (CUTS + 1)) return;
        cuts += 1;
        upload.abort(false).then(() => resolve(false), reject);
      },
      onSuccess: () => resolve(true),
      onError: reject,
    });
    upload.start();
  });

while (!(await once()));
console.log(cuts);
