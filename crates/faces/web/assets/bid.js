// Seals a bid in the bidder's own browser; neither the bid nor the opening key leaves it. The same form as `tongban bid seal` makes.
// Without this script the page says how to do it on the command line.
const box = document.querySelector("[data-seal]");
const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const unhex = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
const text = (words) => new TextEncoder().encode(words);
const random = (count) => crypto.getRandomValues(new Uint8Array(count));
const length = (count) => new Uint8Array(new Uint32Array([count]).buffer).reverse();
const join = (...parts) => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
};
const derive = async (secret, salt, words) => {
  const key = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt, info: text(words) };
  return crypto.subtle.deriveKey(how, key, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
};
const encrypt = async (key, iv, bytes, additionalData) =>
  new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, bytes));

async function seal(lot, pointText, price, days, file) {
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const own = unhex(pointText), [id, share, platform, shareNonce, nonce] = [16, 32, 32, 12, 12].map(random);
  const sender = await crypto.subtle.generateKey(curve, false, ["deriveBits"]);
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", sender.publicKey));
  const house = await crypto.subtle.importKey("raw", own, curve, false, []);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: house }, sender.privateKey, 256);
  const wrapping = await derive(shared, join(point, own), "tongban bid share 1");
  const wrapped = await encrypt(wrapping, shareNonce, platform, text(lot));
  const header = text(JSON.stringify({
    v: 1, lot, id: hex(id), point: hex(point), share_nonce: hex(shareNonce), share: hex(wrapped), nonce: hex(nonce),
  }));
  const manifest = text(JSON.stringify({ price, days, name: file.name.slice(-100) }));
  const plain = join(length(manifest.length), manifest, new Uint8Array(await file.arrayBuffer()));
  const content = await derive(join(share, platform), id, `tongban bid content 1 ${lot}`);
  const sealed = await encrypt(content, nonce, plain, header);
  const code = btoa(String.fromCharCode(...share)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return [join(text("TBBID1\n"), length(header.length), header, sealed), `TB1.${hex(id)}.${code}`];
}

if (box && globalThis.crypto?.subtle) {
  const field = (name) => box.querySelector(`[name="${name}"]`), said = box.querySelector("[role=status]");
  const target = document.getElementById("file"), out = document.getElementById("opening-key");
  box.hidden = false;
  box.querySelector("button").addEventListener("click", async () => {
    const yuan = field("price").value.trim(), days = Number(field("days").value), file = field("plain").files[0];
    if (!/^\d+(\.\d{1,2})?$/.test(yuan) || !Number.isInteger(days) || days < 1 || !file) {
      said.textContent = "填好报价、工期，选好投标文件，再加密。";
      return;
    }
    const [whole, part = ""] = yuan.split(".");
    const price = Number(whole) * 100 + Number(part.padEnd(2, "0"));
    const [envelope, key] = await seal(box.dataset.lot, box.dataset.point, price, days, file);
    const bag = new DataTransfer();
    bag.items.add(new File([envelope], `${box.dataset.lot}.tbbid`, { type: "application/octet-stream" }));
    target.files = bag.files;
    out.value = key;
    const link = box.querySelector("a");
    link.href = URL.createObjectURL(new Blob([`${key}\n`], { type: "text/plain" }));
    link.download = `${box.dataset.lot}.key.txt`;
    out.closest("div").hidden = link.hidden = false;
    said.textContent = "已经加密。先把解密码存好，再点下面的“递交”。";
  });
}
