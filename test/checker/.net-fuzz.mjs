import { createHash, createPrivateKey, createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
// \0rolldown/runtime.js
var __defProp = Object.defineProperty;
var __exportAll = (all, no_symbols) => {
	let target = {};
	for (var name in all) __defProp(target, name, {
		get: all[name],
		enumerable: true
	});
	if (!no_symbols) __defProp(target, Symbol.toStringTag, { value: "Module" });
	return target;
};
// checker/facts/host.ts
/** A host whose facts are kept for one run, and which remembers for each reader what could not be read. */
function createHost(inputs) {
	const collected = /* @__PURE__ */ new Map();
	const collecting = /* @__PURE__ */ new Set();
	const view = (note) => ({
		root: notingRoot(inputs.root, note),
		now: inputs.now,
		declared: inputs.declared,
		get: (fact) => {
			const known = collected.get(fact) ?? collect(fact);
			for (const unread of known.unread) note(unread);
			return known.value;
		},
		observed: (probe) => inputs.observations.filter((observation) => observation.probe === probe.name).sort((one, other) => other.at - one.at)
	});
	const watch = (look) => {
		const unread = /* @__PURE__ */ new Map();
		return {
			value: look(view((reading) => unread.set(reading.path, reading))),
			unread: [...unread.values()]
		};
	};
	const collect = (fact) => {
		if (collecting.has(fact)) throw new Error(`the fact "${fact.name}" stands on itself`);
		collecting.add(fact);
		try {
			const known = watch((host) => fact.collect(host));
			collected.set(fact, known);
			return known;
		} finally {
			collecting.delete(fact);
		}
	};
	return {
		host: view(() => {}),
		watch
	};
}
function notingRoot(root, note) {
	const noting = (reading) => {
		if (reading.outcome === "unreadable") note(reading);
		return reading;
	};
	return {
		...root,
		status: (path) => noting(root.status(path)),
		read: (path, most) => noting(root.read(path, most)),
		octets: (path, most) => noting(root.octets(path, most)),
		digest: (path) => noting(root.digest(path)),
		list: (path) => noting(root.list(path))
	};
}
// checker/declarations/declarations.ts
const NOTHING_DECLARED = {
	profile: "small",
	publicAddresses: [],
	ownPrefixes: [],
	sites: [],
	dataFolders: [],
	publicPorts: [],
	optIn: [],
	publicLabels: [],
	reboots: [],
	monitors: [],
	logHosts: [],
	veilConfiguration: void 0,
	proxyPrefixes: [],
	persona: void 0
};
// checker/root/redact.ts
/** What stands in a text where a secret stood. */
const REDACTED = "[redacted]";
const SECRET = "passw(?:or)?d|passphrase|secret|api[_-]?key|auth[_-]?token|access[_-]?token|access[_-]?key|private[_-]?key|requirepass|masterauth|presharedkey";
/** A word at the start of a line whose value, to its end, is a secret, in the configuration of any daemon. */
const SECRET_LINE = new RegExp(`^(\\s*["'<]?[\\w.-]*(?:${SECRET}|psk)["']?\\s*(?:[=:>]|\\s)\\s*)(\\S.*)$`, "i");
/** The same within a line: `--password=…`, `connect = host=… password=…`, `Environment=RESTIC_PASSWORD=…`. */
const SECRET_WORD = new RegExp(`((?:${SECRET})["']?\\s?[=:>]\\s?["']?)([^\\s"';,<>&]+)`, "gi");
/** A whole assignment in quotes, as systemd takes it: its value may hold spaces. */
const SECRET_IN_QUOTES = new RegExp(`(["'][\\w-]{0,60}(?:${SECRET})=)[^"']+`, "gi");
/** Words that only speak about secrets: where a file lies, how one is asked for, whether one is needed. */
const HARMLESS_VALUE = /^(?:["']?\/|yes\b|no\b|on\b|off\b|true\b|false\b|none\b|-$|\d{1,5}\s*$|required\b|prohibit-password\b|ALL\b|\$)/i;
const SECRET_IN_PHP = /^(\s*define\(\s*['"][A-Z_]*(?:PASSWORD|KEY|SALT)['"]\s*,\s*['"])([^'"]*)(['"].*)$/;
/** A scheme is short: looked for without bound, a long word would be gone through from each of its letters. */
const USER_INFO_IN_URL = /([a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@]+:)([^\s/@]+)(@)/gi;
const PRIVATE_KEY = /-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----[\s\S]*?(?:-----END \1-----|$)/g;
const SHADOW_HASH = /^([^:\n]+:)([^:\n]*)(:.*)$/;
const SHADOW = /\/g?shadow-?$/;
/** `passwd` and `password` are words of their own there: databases of names, kinds of modules. */
const NO_SECRETS = /^\/etc\/(?:pam\.d\/|nsswitch\.conf$)/;
/** Files that are a secret, or a list of them, whatever stands in a line. */
const SECRET_FILE = /\/(?:\.pgpass|\.netrc|\.?htpasswd[\w.-]*|sasl_passwd|[\w-]*(?:password|passphrase|secret|keyfile|privatekey)s?(?:\.txt)?|[\w.-]+\.(?:key|pass|psk|secret))$/i;
const NO_SECRET_FILE = /^\/(?:usr|proc|sys)\/|\.conf\.d\//;
/**
* The text without its secrets. A private key becomes its public half (PEM), so that it can still be held against what
* is published; of a password's hash the method stays (`$y$`), for weak ones are a finding.
*/
function redact(path, text) {
	if (NO_SECRETS.test(path)) return {
		text,
		redacted: false
	};
	let result = text.replace(PRIVATE_KEY, (pem) => publicHalf(pem));
	const lines = lineRedaction(path, result !== text);
	result = result.split("\n").map(lines).join("\n");
	return {
		text: result,
		redacted: result !== text
	};
}
function lineRedaction(path, isPrivateKey) {
	if (SHADOW.test(path)) return withoutHashes;
	if (SECRET_FILE.test(path) && !NO_SECRET_FILE.test(path) && !isPrivateKey) return withoutAnything;
	return withoutSecrets;
}
function publicHalf(pem) {
	try {
		const key = createPrivateKey(pem);
		const spki = createPublicKey(key).export({
			type: "spki",
			format: "pem"
		});
		return `${REDACTED} private key; its public half:\n${spki.trimEnd()}`;
	} catch {
		return `${REDACTED} private key`;
	}
}
function withoutSecrets(line) {
	const plain = line.replace(USER_INFO_IN_URL, `$1${REDACTED}$3`).replace(SECRET_IN_PHP, `$1${REDACTED}$3`);
	const harmless = (value) => HARMLESS_VALUE.test(value) || value.startsWith("[redacted]");
	return plain.replace(SECRET_LINE, (whole, before, value) => harmless(value) ? whole : `${before}${REDACTED}`).replace(SECRET_IN_QUOTES, `$1${REDACTED}`).replace(SECRET_WORD, (whole, before, value) => harmless(value) ? whole : `${before}${REDACTED}`);
}
/** Of a line `name:hash` the name and the method stay, of any other nothing. */
function withoutAnything(line) {
	if (line.trim() === "" || line.startsWith("#") || line.includes("[redacted]")) return line;
	const named = /^([^\s:]+:)(\$\w+\$|\{[\w.-]+\})?/.exec(line);
	return named === null ? REDACTED : `${named[1]}${named[2] ?? ""}${REDACTED}`;
}
function withoutHashes(line) {
	return line.replace(SHADOW_HASH, (_, name, hash, rest) => {
		const method = /^!?\$[0-9a-z]+\$/i.exec(hash)?.[0];
		if (method !== void 0) return `${name}${method}${REDACTED}${rest}`;
		return /^[!*x]*$/.test(hash) ? `${name}${hash}${rest}` : `${name}${REDACTED}${rest}`;
	});
}
// checker/root/resolve-inside.ts
const MOST_LINKS = 40;
/**
* The path with every link in it followed, as a process would see it whose root is this root: an absolute link starts
* again at the root, and `..` at the root stays there. undefined where a component is missing.
*
* @throws an error with code `ELOOP` after 40 links
*/
function resolveInside(path, look) {
	const waiting = path.split("/").reverse();
	const done = [];
	let links = 0;
	while (waiting.length > 0) {
		const component = waiting.pop();
		if (component === "" || component === ".") continue;
		if (component === "..") {
			done.pop();
			continue;
		}
		const seen = look(`/${[...done, component].join("/")}`);
		if (seen === void 0) return void 0;
		if (seen.type === "other") {
			done.push(component);
			continue;
		}
		links++;
		if (links > MOST_LINKS) throw Object.assign(/* @__PURE__ */ new Error(`too many links: ${path}`), { code: "ELOOP" });
		if (seen.to.startsWith("/")) done.length = 0;
		waiting.push(...seen.to.split("/").reverse());
	}
	return `/${done.join("/")}`;
}
// checker/facts/paths.ts
/** Paths that a pattern with `*`, `?` and `[…]` in its components matches (glob(7)), sorted; hidden names only where asked for. */
function glob(root, pattern) {
	let paths = [""];
	for (const component of pattern.split("/").slice(1)) paths = /[*?[]/.test(component) ? paths.flatMap((folder) => namesLike(root, folder === "" ? "/" : folder, component).map((name) => `${folder}/${name}`)) : paths.map((folder) => `${folder}/${component}`);
	return paths.filter((path) => root.status(path === "" ? "/" : path).outcome === "found").sort();
}
/** Names in a folder; none where it is not there. */
function namesIn(root, folder) {
	const listing = root.list(folder);
	return listing.outcome === "listed" ? listing.names : [];
}
/** Whether a regular file or a folder stands at the path. */
function exists(root, path) {
	return root.status(path).outcome === "found";
}
/** The path with `.` and `..` worked out, by the letter, links not looked at. */
function normalized(path) {
	const done = [];
	for (const component of path.split("/")) if (component === "..") done.pop();
	else if (component !== "" && component !== ".") done.push(component);
	return `/${done.join("/")}`;
}
/** A path as a configuration file in `folder` means it. */
function relativeTo(folder, path) {
	return normalized(path.startsWith("/") ? path : `${folder}/${path}`);
}
function namesLike(root, folder, component) {
	const pattern = partsOf(component);
	return namesIn(root, folder).filter((name) => fits$1(pattern, name) && (component[0] === "." || name[0] !== "."));
}
function partsOf(component) {
	return [...component.matchAll(/\*+|\?|\[!?\]?[^\]]*\]|./gsu)].map(([token]) => {
		if (token[0] === "*") return "any";
		if (token === "?") return () => true;
		return token.length > 2 && token[0] === "[" ? oneOf(token) : (letter) => letter === token;
	});
}
/** `[a-z]`, `[!a-z]`. */
function oneOf(token) {
	const isOthers = token[1] === "!";
	const ranges = [...token.slice(isOthers ? 2 : 1, -1).matchAll(/(.)-(.)|./gsu)];
	const isIn = (letter) => ranges.some(([one, low, high]) => low === void 0 ? letter === one : letter >= low && letter <= high);
	return (letter) => isIn(letter) !== isOthers;
}
/** Goes back to the last `*` alone where a letter does not fit: no name makes it take more than its length times the pattern's. */
function fits$1(pattern, name) {
	const letters = [...name];
	let [part, at, lastAny, resume] = [
		0,
		0,
		-1,
		0
	];
	while (at < letters.length) {
		const now = pattern[part];
		if (now === "any") {
			lastAny = part++;
			resume = at;
		} else if (now?.(letters[at]) === true) {
			part++;
			at++;
		} else if (lastAny >= 0) {
			part = lastAny + 1;
			at = ++resume;
		} else return false;
	}
	return pattern.slice(part).every((rest) => rest === "any");
}
// checker/remedy/apply-step.ts
/** Ids as Debian gives them; a name that is not here is one that a package makes, and gets an id of its own. */
const IDS = {
	root: 0,
	daemon: 1,
	adm: 4,
	mail: 8,
	"www-data": 33,
	nobody: 65534
};
/** Applies steps to changes that lie over a root; `root` already shows what was applied. */
function createChanges(root, changes) {
	const apply = (step) => {
		if ("file" in step) {
			const content = step.content.endsWith("\n") ? step.content : `${step.content}\n`;
			changes.set(realPath(root, step.file), {
				type: "file",
				text: content,
				...bits(step.mode ?? "0644", step.owner)
			});
		} else if ("append" in step) rewrite(root, changes, step.append, (text) => appended(text, step.lines));
		else if ("edit" in step) rewrite(root, changes, step.edit, (text) => edited(text, step.replace, step.with));
		else if ("postconf" in step) for (const [name, value] of Object.entries(step.postconf)) rewrite(root, changes, "/etc/postfix/main.cf", (text) => withParameter(text, name, value));
		else if ("link" in step) changes.set(step.link, {
			type: "link",
			to: step.to
		});
		else if ("remove" in step) changes.set(step.remove, { type: "gone" });
		else if ("folder" in step) changes.set(step.folder, {
			type: "directory",
			...bits(step.mode ?? "0755", step.owner)
		});
		else if ("chmod" in step) rewrite(root, changes, step.chmod, (text) => text, bits(step.mode, step.owner));
		else if ("enable" in step) for (const path of wantsOf(root, step.enable)) changes.set(path, linkTo(root, step.enable));
		else if ("disable" in step) for (const path of wantsOf(root, step.disable)) changes.set(path, { type: "gone" });
		else if ("install" in step) {
			rewrite(root, changes, "/var/lib/dpkg/status", (text) => withPackages(text, step.install));
			for (const brought of step.brings ?? []) apply(brought);
		} else if ("run" in step) for (const led of step.leads ?? []) apply(led);
	};
	return apply;
}
function rewrite(root, changes, path, change, attributes) {
	const status = root.status(path);
	const now = status.outcome === "found" ? status : {
		mode: 420,
		uid: 0,
		gid: 0,
		type: "file"
	};
	const { mode, uid, gid } = attributes ?? now;
	if (now.type === "directory") {
		changes.set(realPath(root, path), {
			type: "directory",
			mode,
			uid,
			gid
		});
		return;
	}
	const reading = root.read(path);
	const text = change(reading.outcome === "read" ? reading.text : "");
	changes.set(realPath(root, path), {
		type: "file",
		text,
		mode,
		uid,
		gid
	});
}
/** The path with one link at its end followed: an edited file stays where the link leads. */
function realPath(root, path) {
	const to = root.link(path);
	if (to === void 0) return path;
	return relativeTo(path.slice(0, path.lastIndexOf("/")), to);
}
function bits(mode, owner) {
	const [user = "root", group = user] = owner?.split(":") ?? [];
	return {
		mode: Number.parseInt(mode, 8),
		uid: idOf(user),
		gid: idOf(group)
	};
}
function idOf(name) {
	return IDS[name] ?? 100 + [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 800;
}
function appended(text, lines) {
	const present = new Set(text.split("\n"));
	return (text === "" || text.endsWith("\n") ? text : `${text}\n`) + lines.filter((line) => !present.has(line)).map((line) => `${line}\n`).join("");
}
/** As `sed -E` does: the first match in each line, `\1` and `&` in what stands for it. */
function edited(text, pattern, replacement) {
	const expression = new RegExp(pattern);
	const stands = replacement.replaceAll("$", "$$$$").replace(/\\(\d)/g, "$$$1").replace(/(?<!\\)&/g, "$$&");
	return text.split("\n").map((line) => line.replace(expression, stands)).join("\n");
}
function withParameter(text, name, value) {
	const kept = [];
	let skipping = false;
	for (const line of text.split("\n")) {
		if (/^\s+\S/.test(line) && skipping) continue;
		skipping = new RegExp(`^${name}\\s*=`).test(line);
		if (!skipping) kept.push(line);
	}
	return appended(kept.join("\n"), [`${name} = ${value}`]);
}
const UNIT_FOLDERS = [
	"/etc/systemd/system",
	"/usr/lib/systemd/system",
	"/lib/systemd/system"
];
function unitFile(root, unit) {
	const template = unit.replace(/@[^.]*\./, "@.");
	return UNIT_FOLDERS.flatMap((folder) => [`${folder}/${unit}`, `${folder}/${template}`]).find((path) => root.read(path).outcome === "read");
}
/** The links that `systemctl enable` makes, after the unit's [Install]. */
function wantsOf(root, name) {
	const unit = name.includes(".") ? name : `${name}.service`;
	const path = unitFile(root, unit);
	const reading = path === void 0 ? void 0 : root.read(path);
	return [...(reading?.outcome === "read" ? reading.text : "[Install]\nWantedBy=multi-user.target").matchAll(/^(Wanted|Required)By=(.*)$/gm)].flatMap((match) => match[2].split(/\s+/).filter(Boolean).map((target) => {
		return `/etc/systemd/system/${target}.${match[1] === "Wanted" ? "wants" : "requires"}/${unit}`;
	}));
}
function linkTo(root, name) {
	const unit = name.includes(".") ? name : `${name}.service`;
	return {
		type: "link",
		to: unitFile(root, unit) ?? `/lib/systemd/system/${unit}`
	};
}
function withPackages(text, names) {
	const present = new Set([...text.matchAll(/^Package: (.*)$/gm)].map((match) => match[1]));
	const stanzas = names.filter((name) => !present.has(name)).map((name) => `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n\n`);
	return `${text.trimEnd()}\n\n${stanzas.join("")}`;
}
// checker/remedy/shell.ts
/** The step with `${name}` replaced by the values; a name without a value stays, for a person to fill in. */
function filled(step, values) {
	const fill = (text) => text.replace(/\$\{([\w-]+)\}/g, (whole, name) => values[name] ?? whole);
	const walk = (value) => {
		if (typeof value === "string") return fill(value);
		if (Array.isArray(value)) return value.map(walk);
		if (typeof value !== "object" || value === null) return value;
		return Object.fromEntries(Object.entries(value).map(([key, each]) => [fill(key), walk(each)]));
	};
	return walk(step);
}
// checker/remedy/remedied-root.ts
/**
* The root as it would be after the steps: what they change lies in memory, nothing is written. So a remedy can be judged
* before anybody runs it, and by tests after every step.
*/
function createRemediedRoot(base, steps, values = {}, now = 0) {
	const changes = /* @__PURE__ */ new Map();
	const root = layered(base, changes, now);
	const apply = createChanges(root, changes);
	for (const step of steps) apply(filled(step, values));
	return root;
}
function layered(base, changes, now) {
	const look = (path) => {
		const change = changes.get(path);
		if (change?.type === "gone") return hasBelow(changes, path) ? { type: "other" } : void 0;
		if (change !== void 0) return change.type === "link" ? change : { type: "other" };
		if (isGone(changes, path)) return void 0;
		const to = base.link(path);
		if (to !== void 0) return {
			type: "link",
			to
		};
		if (base.status(path).outcome !== "absent" || hasBelow(changes, path)) return { type: "other" };
	};
	const real = (path) => {
		try {
			return resolveInside(path, look);
		} catch {
			return;
		}
	};
	const status = (path) => statusOf(base, changes, path, real(path), now);
	return {
		...base,
		status,
		link: (path) => {
			const change = changes.get(path);
			if (change === void 0) return base.link(path);
			return change.type === "link" ? change.to : void 0;
		},
		read: (path, most) => readingOf(base, changes, path, real(path), most),
		octets: (path, most) => {
			const at = real(path);
			const change = at === void 0 ? void 0 : changes.get(at);
			if (change?.type === "file") return {
				outcome: "read",
				octets: Buffer.from(change.text).subarray(0, most)
			};
			return at === void 0 ? {
				outcome: "absent",
				path
			} : base.octets(at, most);
		},
		digest: (path) => {
			const at = real(path);
			const change = at === void 0 ? void 0 : changes.get(at);
			if (change?.type === "file") return {
				outcome: "digested",
				sha256: createHash("sha256").update(change.text).digest("hex")
			};
			return at === void 0 ? {
				outcome: "absent",
				path
			} : base.digest(at);
		},
		list: (path) => listingOf$1(base, changes, path, real(path))
	};
}
function statusOf(base, changes, path, at, now) {
	if (at === void 0) return {
		outcome: "absent",
		path
	};
	const change = changes.get(at);
	if (change === void 0) {
		const below = base.status(at);
		if (below.outcome !== "absent" || !hasBelow(changes, at)) return {
			...below,
			path
		};
		return {
			outcome: "found",
			path,
			type: "directory",
			mode: 493,
			uid: 0,
			gid: 0,
			size: 0,
			modified: now
		};
	}
	if (change.type === "gone" && hasBelow(changes, at)) return {
		outcome: "found",
		path,
		type: "directory",
		mode: 493,
		uid: 0,
		gid: 0,
		size: 0,
		modified: now
	};
	if (change.type === "gone" || change.type === "link") return {
		outcome: "absent",
		path
	};
	const size = change.type === "file" ? Buffer.byteLength(change.text) : 0;
	const { type, mode, uid, gid } = change;
	return {
		outcome: "found",
		path,
		type,
		mode,
		uid,
		gid,
		size,
		modified: now
	};
}
function readingOf(base, changes, path, at, most) {
	if (at === void 0) return {
		outcome: "absent",
		path
	};
	const change = changes.get(at);
	if (change === void 0) return {
		...base.read(at, most),
		path
	};
	if (change.type !== "file") return {
		outcome: "unreadable",
		path,
		why: "not a regular file"
	};
	const { text, redacted } = redact(path, change.text);
	return {
		outcome: "read",
		path,
		text,
		sha256: createHash("sha256").update(text).digest("hex"),
		redacted
	};
}
function listingOf$1(base, changes, path, at) {
	if (at === void 0) return {
		outcome: "absent",
		path
	};
	const below = isGone(changes, at) ? {
		outcome: "absent",
		path
	} : base.list(at);
	if (below.outcome === "unreadable") return below;
	const names = new Set(below.outcome === "listed" ? below.names : []);
	const prefix = at === "/" ? "/" : `${at}/`;
	for (const [changed, change] of changes) {
		if (!changed.startsWith(prefix)) continue;
		const [name, ...deeper] = changed.slice(prefix.length).split("/");
		if (change.type === "gone" && deeper.length === 0) names.delete(name);
		else if (change.type !== "gone") names.add(name);
	}
	if (below.outcome === "absent" && names.size === 0 && changes.get(at)?.type !== "directory") return below;
	return {
		outcome: "listed",
		names: [...names].sort()
	};
}
/** Whether it, or a folder above it, was taken away, so that nothing of the root beneath shows there. */
function isGone(changes, path) {
	for (let at = path; at.length > 1; at = at.slice(0, at.lastIndexOf("/"))) if (changes.get(at)?.type === "gone") return true;
	return false;
}
function hasBelow(changes, path) {
	const prefix = path === "/" ? "/" : `${path}/`;
	for (const [changed, change] of changes) if (change.type !== "gone" && changed.startsWith(prefix)) return true;
	return false;
}
// test/checker/recording-root.ts
/** The root with another text in one file. */
function withText(root, path, text) {
	return {
		...root,
		read: (asked, most) => asked === path ? {
			outcome: "read",
			path,
			text,
			sha256: "",
			redacted: false
		} : root.read(asked, most)
	};
}
// checker/root/asked.ts
function createAsked(patterns) {
	const wanted = patterns.filter((pattern) => !pattern.startsWith("!")).map(namesOf);
	const leftOut = patterns.filter((pattern) => pattern.startsWith("!")).map((pattern) => namesOf(pattern.slice(1)));
	const [wide, exact] = [wanted.filter(isWide), wanted.filter((pattern) => !isWide(pattern))];
	const onTheWay = new Set(exact.flatMap((names) => names.map((_, index) => names.slice(0, index + 1).join("/"))));
	const isLeftOut = (names) => leftOut.some((pattern) => matches(pattern, names));
	return {
		wasAskedFor: (path) => {
			const names = namesOf(path);
			if (isLeftOut(names)) return false;
			return onTheWay.has(names.join("/")) || wide.some((each) => matches(each, names) || leadsTo(names, each));
		},
		wasListed: (path) => {
			const names = namesOf(path);
			if (isLeftOut(names) || leftOut.some((pattern) => lists(pattern, names))) return false;
			return wide.some((pattern) => lists(pattern, names));
		}
	};
}
function isWide(names) {
	return names.some((name) => name.includes("*"));
}
function namesOf(path) {
	return path.split("/").filter((name) => name !== "");
}
/** Whether a name fits one that may hold `*`; the first possible place of each piece is enough, so it takes linear time. */
function fits(pattern, name) {
	if (!pattern.includes("*")) return pattern === name;
	const [first, ...pieces] = pattern.split("*");
	const last = pieces.pop();
	if (!name.startsWith(first)) return false;
	let from = first.length;
	for (const piece of pieces) {
		const at = name.indexOf(piece, from);
		if (at === -1) return false;
		from = at + piece.length;
	}
	return name.length - last.length >= from && name.endsWith(last);
}
function matches(pattern, names) {
	if (pattern.at(-1) === "**") return names.length >= pattern.length && startFits(pattern.slice(0, -1), names);
	return pattern.length === names.length && startFits(pattern, names);
}
/** A folder above what was asked for was looked at on the way there. */
function leadsTo(names, pattern) {
	return names.length < pattern.length && startFits(pattern.slice(0, names.length), names);
}
/** All names of a folder are gone through where the next one of the pattern may be any. */
function lists(pattern, names) {
	if (pattern.at(-1) === "**" && names.length >= pattern.length - 1) return startFits(pattern.slice(0, -1), names);
	return pattern[names.length] === "*" && startFits(pattern.slice(0, names.length), names);
}
function startFits(pattern, names) {
	return pattern.every((each, index) => fits(each, names[index]));
}
// node_modules/zod/v4/core/util.js
function getEnumValues(entries) {
	const numericValues = Object.values(entries).filter((v) => typeof v === "number");
	return Object.entries(entries).filter(([k, _]) => numericValues.indexOf(+k) === -1).map(([_, v]) => v);
}
function joinValues(array, separator = "|") {
	return array.map((val) => stringifyPrimitive(val)).join(separator);
}
function jsonStringifyReplacer(_, value) {
	if (typeof value === "bigint") return value.toString();
	return value;
}
var Cached = class {
	constructor(getter) {
		this._getter = getter;
		this._value = void 0;
	}
	get value() {
		const getter = this._getter;
		if (getter !== void 0) {
			this._value = getter();
			this._getter = void 0;
		}
		return this._value;
	}
};
function cached(getter) {
	return new Cached(getter);
}
function nullish(input) {
	return input === null || input === void 0;
}
function cleanRegex(source) {
	const start = source.startsWith("^") ? 1 : 0;
	const end = source.endsWith("$") ? source.length - 1 : source.length;
	return source.slice(start, end);
}
function floatSafeRemainder(val, step) {
	const ratio = val / step;
	const roundedRatio = Math.round(ratio);
	const tolerance = 4 * Number.EPSILON * Math.max(Math.abs(ratio), 1);
	if (Math.abs(ratio - roundedRatio) < tolerance) return 0;
	return ratio - roundedRatio;
}
function assignProp(target, prop, value) {
	Object.defineProperty(target, prop, {
		value,
		writable: true,
		enumerable: true,
		configurable: true
	});
}
/**
* Whichever object a def's `shape` currently answers from: the one the caller passed until the first read, the frozen copy after it.
*
* Its keys and descriptors read without invoking anything, which is what lets a discriminated union check its discriminator, and the cycle walk read a shape, without resolving a getter that references the schema being constructed. A def that answers `shape` from an accessor of its own has none.
*/
function rawShape(def) {
	const desc = Object.getOwnPropertyDescriptor(def, "shape");
	return desc?.get ? desc.get.raw : desc?.value;
}
function sourceShape(schema) {
	return rawShape(schema._zod.def) ?? schema._zod.def.shape;
}
function deferProp(target, key, getter) {
	Object.defineProperty(target, key, {
		get() {
			const value = getter();
			assignProp(this, key, value);
			return value;
		},
		enumerable: true,
		configurable: true
	});
}
function putProp(target, key, value) {
	if (key in target) assignProp(target, key, value);
	else target[key] = value;
}
/**
* Copies `keys` of `source`'s shape onto `target`, each value passed through `wrap`.
*
* A key the source has resolved is copied through now, so the derived shape states it outright and nothing has to resolve it to learn what it holds. A key the source still defers stays deferred, and reads back through the source's own `shape`, so it resolves once and both shapes get that one schema.
*/
function mirrorShape(target, source, keys, wrap) {
	const raw = sourceShape(source);
	for (const key of keys) {
		const desc = Object.getOwnPropertyDescriptor(raw, key);
		if (!desc.enumerable) continue;
		if (desc.get) deferProp(target, key, () => {
			const value = source._zod.def.shape[key];
			return wrap ? wrap(value, key) : value;
		});
		else putProp(target, key, wrap ? wrap(desc.value, key) : desc.value);
	}
}
function mirrorProps(target, source) {
	for (const key of Reflect.ownKeys(source)) {
		const desc = Object.getOwnPropertyDescriptor(source, key);
		if (!desc.enumerable) continue;
		if (desc.get) deferProp(target, key, () => source[key]);
		else putProp(target, key, desc.value);
	}
}
function mergeDefs(...defs) {
	const mergedDescriptors = {};
	for (const def of defs) {
		const descriptors = Object.getOwnPropertyDescriptors(def);
		Object.assign(mergedDescriptors, descriptors);
	}
	return Object.defineProperties({}, mergedDescriptors);
}
function esc(str) {
	return JSON.stringify(str);
}
function slugify(input) {
	return input.toLowerCase().trim().replace(/[^\w\s-]/g, "").replace(/[\s_-]+/g, "-").replace(/^-+|-+$/g, "");
}
const captureStackTrace = "captureStackTrace" in Error ? Error.captureStackTrace : (..._args) => {};
function isObject$1(data) {
	return typeof data === "object" && data !== null && !Array.isArray(data);
}
const allowsEval = /* @__PURE__*/ cached(() => {
	if (globalConfig.jitless) return false;
	if (typeof navigator !== "undefined" && navigator?.userAgent?.includes("Cloudflare")) return false;
	try {
		new Function("");
		return true;
	} catch (_) {
		return false;
	}
});
function isPlainObject(o) {
	if (isObject$1(o) === false) return false;
	const ctor = o.constructor;
	if (ctor === void 0) return true;
	if (typeof ctor !== "function") return true;
	const prot = ctor.prototype;
	if (isObject$1(prot) === false) return false;
	if (Object.prototype.hasOwnProperty.call(prot, "isPrototypeOf") === false) return false;
	return true;
}
function shallowClone(o) {
	if (isPlainObject(o)) return { ...o };
	if (Array.isArray(o)) return [...o];
	if (o instanceof Map) return new Map(o);
	if (o instanceof Set) return new Set(o);
	return o;
}
const propertyKeyTypes = /* @__PURE__*/ new Set([
	"string",
	"number",
	"symbol"
]);
function escapeRegex(str) {
	return str.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
function clone(inst, def, params) {
	const cl = new inst._zod.constr(def ?? inst._zod.def);
	if (!def || params?.parent) cl._zod.parent = inst;
	return cl;
}
function normalizeParams(_params) {
	const params = _params;
	if (!params) return {};
	if (typeof params === "string") return { error: () => params };
	if (params?.message !== void 0) {
		if (params?.error !== void 0) throw new Error("Cannot specify both `message` and `error` params");
		params.error = params.message;
	}
	delete params.message;
	if (typeof params.error === "string") return {
		...params,
		error: () => params.error
	};
	return params;
}
function stringifyPrimitive(value) {
	if (typeof value === "bigint") return value.toString() + "n";
	if (typeof value === "string") return `"${value}"`;
	return `${value}`;
}
function optionalKeys(shape) {
	return Object.keys(shape).filter((k) => {
		return shape[k]._zod.optin !== void 0 && shape[k]._zod.optout === "optional";
	});
}
const NUMBER_FORMAT_RANGES = /*@__PURE__*/ (() => ({
	safeint: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
	int32: [-2147483648, 2147483647],
	uint32: [0, 4294967295],
	float32: [-34028234663852886e22, 34028234663852886e22],
	float64: [-Number.MAX_VALUE, Number.MAX_VALUE]
}))();
const BIGINT_FORMAT_RANGES = {
	int64: [/* @__PURE__*/ BigInt("-9223372036854775808"), /* @__PURE__*/ BigInt("9223372036854775807")],
	uint64: [/* @__PURE__*/ BigInt(0), /* @__PURE__*/ BigInt("18446744073709551615")]
};
function pick(schema, mask) {
	const currDef = schema._zod.def;
	const checks = currDef.checks;
	if (checks && checks.length > 0) throw new Error(".pick() cannot be used on object schemas containing refinements");
	const newShape = {};
	mirrorShape(newShape, schema, maskedKeys(schema, mask));
	return clone(schema, mergeDefs(currDef, {
		shape: newShape,
		checks: []
	}));
}
function maskedKeys(schema, mask) {
	const raw = sourceShape(schema);
	const keys = [];
	for (const key of Reflect.ownKeys(mask)) {
		if (!Object.getOwnPropertyDescriptor(raw, key)?.enumerable) throw new Error(`Unrecognized key: "${String(key)}"`);
		if (mask[key]) keys.push(key);
	}
	return keys;
}
function omit(schema, mask) {
	const currDef = schema._zod.def;
	const checks = currDef.checks;
	if (checks && checks.length > 0) throw new Error(".omit() cannot be used on object schemas containing refinements");
	const omitted = new Set(maskedKeys(schema, mask));
	const newShape = {};
	mirrorShape(newShape, schema, Reflect.ownKeys(sourceShape(schema)).filter((key) => !omitted.has(key)));
	return clone(schema, mergeDefs(currDef, {
		shape: newShape,
		checks: []
	}));
}
function extend(schema, shape) {
	if (!isPlainObject(shape)) throw new Error("Invalid input to extend: expected a plain object");
	const checks = schema._zod.def.checks;
	if (checks && checks.length > 0) {
		const existingShape = sourceShape(schema);
		for (const key of Reflect.ownKeys(shape)) if (Object.getOwnPropertyDescriptor(existingShape, key) !== void 0) throw new Error("Cannot overwrite keys on object schemas containing refinements. Use `.safeExtend()` instead.");
	}
	return clone(schema, mergeDefs(schema._zod.def, { shape: extended(schema, shape) }));
}
function extended(schema, shape) {
	const newShape = {};
	mirrorShape(newShape, schema, Reflect.ownKeys(sourceShape(schema)));
	mirrorProps(newShape, shape);
	return newShape;
}
function safeExtend(schema, shape) {
	if (!isPlainObject(shape)) throw new Error("Invalid input to safeExtend: expected a plain object");
	return clone(schema, mergeDefs(schema._zod.def, { shape: extended(schema, shape) }));
}
function merge(a, b) {
	if (!b?._zod?.def) throw new Error("Invalid input to merge: expected an object schema. To merge a plain shape, use `.extend()`.");
	if (a._zod.def.checks?.length) throw new Error(".merge() cannot be used on object schemas containing refinements. Use .safeExtend() instead.");
	const newShape = {};
	mirrorShape(newShape, a, Reflect.ownKeys(sourceShape(a)));
	mirrorShape(newShape, b, Reflect.ownKeys(sourceShape(b)));
	return clone(a, mergeDefs(a._zod.def, {
		shape: newShape,
		get catchall() {
			return b._zod.def.catchall;
		},
		checks: b._zod.def.checks ?? []
	}));
}
function partial(Class, schema, mask, name = "partial") {
	const checks = schema._zod.def.checks;
	if (checks && checks.length > 0) throw new Error(`.${name}() cannot be used on object schemas containing refinements`);
	const selected = mask ? new Set(maskedKeys(schema, mask)) : void 0;
	const newShape = {};
	mirrorShape(newShape, schema, Reflect.ownKeys(sourceShape(schema)), Class && ((value, key) => selected && !selected.has(key) ? value : new Class({
		type: "optional",
		innerType: value
	})));
	return clone(schema, mergeDefs(schema._zod.def, {
		shape: newShape,
		checks: []
	}));
}
function required(Class, schema, mask) {
	const selected = mask ? new Set(maskedKeys(schema, mask)) : void 0;
	const newShape = {};
	mirrorShape(newShape, schema, Reflect.ownKeys(sourceShape(schema)), (value, key) => selected && !selected.has(key) ? value : new Class({
		type: "nonoptional",
		innerType: value
	}));
	return clone(schema, mergeDefs(schema._zod.def, { shape: newShape }));
}
function aborted(x, startIndex = 0) {
	if (x.aborted === true) return true;
	for (let i = startIndex; i < x.issues.length; i++) if (x.issues[i]?.continue !== true) return true;
	return false;
}
function explicitlyAborted(x, startIndex = 0) {
	if (x.aborted === true) return true;
	for (let i = startIndex; i < x.issues.length; i++) if (x.issues[i]?.continue === false) return true;
	return false;
}
function prefixIssues(path, issues) {
	return issues.map((iss) => {
		var _a;
		(_a = iss).path ?? (_a.path = []);
		iss.path.unshift(path);
		return iss;
	});
}
function unwrapMessage(message) {
	return typeof message === "string" ? message : message?.message;
}
/** The leading size checks of `defChecks` that set an upper bound, each paired with it. */
function sizeCaps(defChecks) {
	const caps = [];
	for (const ch of defChecks ?? []) {
		const d = ch._zod.def;
		if (!/_(length|size)$|_equals$/.test(d.check)) break;
		const max = d.maximum ?? d.length ?? d.size;
		if (max >= 0) caps.push([max, ch]);
	}
	return caps;
}
function attachSchema(issues, start, inst) {
	var _a;
	for (let i = start; i < issues.length; i++) (_a = issues[i]).schema ?? (_a.schema = inst);
}
function finalizeIssue(iss, ctx, config) {
	var _a;
	const traits = iss.inst?._zod?.traits;
	if (traits?.has("$ZodType")) {
		if (traits.has("$ZodCheck")) (_a = iss).schema ?? (_a.schema = iss.inst);
		else iss.schema = iss.inst;
	}
	const schemaError = iss.schema !== iss.inst ? iss.schema?._zod.def?.error : void 0;
	const message = iss.message ? iss.message : unwrapMessage(iss.inst?._zod.def?.error?.(iss)) ?? unwrapMessage(schemaError?.(iss)) ?? unwrapMessage(ctx?.error?.(iss)) ?? unwrapMessage(config.customError?.(iss)) ?? unwrapMessage(config.localeError?.(iss)) ?? "Invalid input";
	const full = {};
	for (const k of Object.keys(iss)) {
		if (k === "inst" || k === "schema" || k === "continue" || k === "input" || k === "__proto__") continue;
		full[k] = iss[k];
	}
	full.path ?? (full.path = []);
	full.message = message;
	if (ctx?.reportInput) full.input = iss.input;
	return full;
}
const highSurrogate = /[\uD800-\uDBFF]/;
function codePointLength(str) {
	const units = str.length;
	if (!highSurrogate.test(str)) return units;
	let count = units;
	for (let i = 0; i < units - 1; i++) if ((str.charCodeAt(i) & 64512) === 55296 && (str.charCodeAt(i + 1) & 64512) === 56320) {
		count--;
		i++;
	}
	return count;
}
function getLengthableOrigin(input) {
	if (Array.isArray(input)) return "array";
	if (typeof input === "string") return "string";
	return "unknown";
}
function parsedType(data) {
	const t = typeof data;
	switch (t) {
		case "number": return Number.isNaN(data) ? "nan" : "number";
		case "object": {
			if (data === null) return "null";
			if (Array.isArray(data)) return "array";
			const obj = data;
			if (obj && Object.getPrototypeOf(obj) !== Object.prototype && "constructor" in obj && obj.constructor) return obj.constructor.name;
		}
	}
	return t;
}
function issue(...args) {
	const [iss, input, inst] = args;
	if (typeof iss === "string") return {
		message: iss,
		code: "custom",
		input,
		inst
	};
	return { ...iss };
}
/**
* Installs a trait's members on its prototype. Each value builds that member for the instance on first read; the built value shadows the accessor as an own property, so a detached `const { parse } = schema` keeps working.
*
* Call this from a `proto` initializer, which runs once per prototype — never per instance.
*/
function members(proto, table) {
	for (const key in table) {
		const desc = Object.getOwnPropertyDescriptor(table, key);
		if (desc.get) Object.defineProperty(proto, key, {
			...desc,
			enumerable: false
		});
		else defineBound(proto, key, desc.value);
	}
}
/** Shadows a prototype member with an own value, so a getter that builds from the instance runs once. */
function own(inst, key, value, enumerable = true) {
	Object.defineProperty(inst, key, {
		configurable: true,
		writable: true,
		enumerable,
		value
	});
	return value;
}
/** Like {@link own}, for a member that was never an own data property and has to stay out of `Object.keys`. */
function hide(inst, key, value) {
	return own(inst, key, value, false);
}
/** Adds members a table derives from the instance: each builds on first read and shadows as own data, and assignment shadows the same way, as when these were own properties. */
/* @__NO_SIDE_EFFECTS__ */
function derived(computes, table) {
	for (const key in computes) {
		const compute = computes[key];
		Object.defineProperty(table, key, {
			configurable: true,
			enumerable: true,
			get() {
				return own(this, key, compute(this));
			},
			set(value) {
				own(this, key, value);
			}
		});
	}
	return table;
}
function defineBound(proto, key, fn) {
	Object.defineProperty(proto, key, {
		configurable: true,
		get() {
			return this == null ? fn : own(this, key, fn.bind(this));
		},
		set(value) {
			own(this, key, value);
		}
	});
}
/** Returns the prototype to install on, or `undefined` if this group is already installed on it. */
function claim(inst, sentinel) {
	const proto = Object.getPrototypeOf(inst);
	return sentinel in proto ? void 0 : proto;
}
let installing;
let broke = false;
const breaker = {
	configurable: true,
	get() {
		broke = true;
	}
};
/**
* Installs a lazily-derived internal on the `_zod` prototype of `inst`'s
* constructor, computed from the internals object itself and cached there on
* first read. One accessor per constructor rather than one per instance.
*/
function defineLazyInternal(inst, key, compute) {
	const proto = Object.getPrototypeOf(inst._zod);
	if (key in proto && installing !== inst._zod) {
		installing = void 0;
		return;
	}
	installing = inst._zod;
	Object.defineProperty(proto, key, {
		configurable: true,
		get() {
			Object.defineProperty(this, key, breaker);
			const outer = broke;
			broke = false;
			try {
				const value = compute(this);
				if (broke) delete this[key];
				else Object.defineProperty(this, key, {
					configurable: true,
					writable: true,
					value
				});
				broke = broke || outer;
				return value;
			} catch (err) {
				delete this[key];
				broke = broke || outer;
				throw err;
			}
		},
		set(value) {
			Object.defineProperty(this, key, {
				configurable: true,
				writable: true,
				value
			});
		}
	});
}
/**
* Installs `key` on `inst`'s prototype, computed by `make` on first read and cached there as an own
* data property. One accessor per constructor rather than one per instance, because an own accessor
* puts every instance after the first into v8 dictionary mode. The key doubles as the sentinel.
*/
function installLazyProp(inst, key, make, enumerable) {
	const proto = claim(inst, key);
	if (!proto) return;
	Object.defineProperty(proto, key, {
		configurable: true,
		get() {
			const desc = {
				configurable: true,
				writable: true,
				enumerable,
				value: void 0
			};
			Object.defineProperty(this, key, desc);
			desc.value = make(this);
			Object.defineProperty(this, key, desc);
			return desc.value;
		},
		set(value) {
			Object.defineProperty(this, key, {
				configurable: true,
				writable: true,
				enumerable,
				value
			});
		}
	});
}
/** Marks the thunk `_catch` synthesises for a constant catch value. `Function.length` cannot tell that thunk from a user callback — rest and defaulted parameters both report arity 0 — and a user callback reads `ctx.error`, whose issues only finalize correctly against the caller's per-parse error map. Provenance can say what arity cannot. A plain string key rather than `Symbol.for`, whose call at module scope no bundler can prove pure — the same shape that anchored `urlCanParse` into every build. */
const CONSTANT_CATCH = "~constantCatch";
/** Wraps a constant catch value in a thunk tagged with {@link CONSTANT_CATCH}. */
function constantCatch(value) {
	const fn = () => value;
	fn[CONSTANT_CATCH] = true;
	return fn;
}
// node_modules/zod/v4/core/core.js
var _a$1;
const _zodDesc = {
	value: void 0,
	enumerable: false
};
let _E = "captureStackTrace" in Error ? Error : null;
function newError(Definition) {
	const E = _E;
	if (E) {
		const saved = E.stackTraceLimit;
		if (typeof saved === "number") {
			try {
				E.stackTraceLimit = 0;
			} catch {
				_E = null;
				return new Definition();
			}
			try {
				return new Definition();
			} finally {
				E.stackTraceLimit = saved;
			}
		}
	}
	return new Definition();
}
/* @__NO_SIDE_EFFECTS__ */
function $constructor(name, initializer, proto, params) {
	const zodProto = {};
	function Internals(def) {
		this.def = def;
		this.constr = _;
		this.traits = /* @__PURE__ */ new Set();
	}
	Internals.prototype = zodProto;
	const protoMembers = proto;
	const initialized = protoMembers && /* @__PURE__ */ new WeakSet();
	function init(inst, def) {
		if (!inst._zod) {
			_zodDesc.value = new Internals(def);
			try {
				Object.defineProperty(inst, "_zod", _zodDesc);
			} finally {
				_zodDesc.value = void 0;
			}
		} else if (inst._zod.traits.has(name)) return;
		inst._zod.traits.add(name);
		initializer(inst, def);
		if (initialized) {
			const own = Object.getPrototypeOf(inst);
			const ctorProto = inst._zod.constr.prototype;
			let up = own;
			while (up && up !== ctorProto) up = Object.getPrototypeOf(up);
			const target = up ?? own;
			if (!initialized.has(target)) {
				initialized.add(target);
				members(target, protoMembers);
			}
		}
		const proto = _.prototype;
		for (const k in proto) {
			if (!Object.prototype.hasOwnProperty.call(proto, k)) continue;
			if (!(k in inst)) inst[k] = proto[k].bind(inst);
		}
	}
	const Parent = params?.Parent ?? Object;
	class Definition extends Parent {}
	Object.defineProperty(Definition, "name", { value: name });
	function _(def) {
		const inst = params?.Parent ? newError(Definition) : this;
		init(inst, def);
		const deferred = inst._zod.deferred;
		if (deferred) {
			for (const fn of deferred) fn();
			inst._zod.deferred = void 0;
		}
		const pp = globalThis.__zod_globalConfig?.postProcessor;
		if (pp) pp(inst);
		return inst;
	}
	Object.defineProperty(_, "init", { value: init });
	Object.defineProperty(_, Symbol.hasInstance, { value: (inst) => {
		if (params?.Parent && inst instanceof params.Parent) return true;
		return inst?._zod?.traits?.has(name);
	} });
	Object.defineProperty(_, "name", { value: name });
	return _;
}
var $ZodAsyncError = class extends Error {
	constructor() {
		super(`Encountered Promise during synchronous parse. Use .parseAsync() instead.`);
	}
};
var $ZodEncodeError = class extends Error {
	constructor(name) {
		super(`Encountered unidirectional transform during encode: ${name}`);
		this.name = "ZodEncodeError";
	}
};
(_a$1 = globalThis).__zod_globalConfig ?? (_a$1.__zod_globalConfig = {});
const globalConfig = globalThis.__zod_globalConfig;
function config(newConfig) {
	if (newConfig) Object.assign(globalConfig, newConfig);
	return globalConfig;
}
// node_modules/zod/v4/core/errors.js
function _getMessage() {
	const internals = this._zod;
	internals.message ?? (internals.message = JSON.stringify(internals.def, jsonStringifyReplacer, 2));
	return internals.message;
}
function _setMessage(value) {
	this._zod.message = value;
}
const _messageDesc = {
	get: _getMessage,
	set: _setMessage,
	enumerable: true,
	configurable: true
};
const _issuesDesc = {
	value: void 0,
	enumerable: false
};
const _installedToString = /* @__PURE__ */ new WeakSet([Object.prototype, Error.prototype]);
const initializer$1 = (inst, def) => {
	inst.name = "$ZodError";
	_issuesDesc.value = def;
	Object.defineProperty(inst, "issues", _issuesDesc);
	_issuesDesc.value = void 0;
	Object.defineProperty(inst, "message", _messageDesc);
	const proto = Object.getPrototypeOf(inst);
	if (!_installedToString.has(proto)) {
		_installedToString.add(proto);
		Object.defineProperty(proto, "toString", {
			configurable: true,
			enumerable: false,
			get() {
				const value = () => this.message;
				Object.defineProperty(this, "toString", {
					value,
					configurable: true,
					writable: true
				});
				return value;
			},
			set(value) {
				Object.defineProperty(this, "toString", {
					value,
					configurable: true,
					writable: true
				});
			}
		});
	}
};
const $ZodError = /* @__PURE__ */ $constructor("$ZodError", initializer$1);
/** Get-or-create `obj[key]` as an own data property. A path segment naming an inherited member
* ("toString", "constructor") would otherwise read through to the prototype, and assigning
* "__proto__" would hit the setter instead of creating a key. */
function node(obj, key, make) {
	if (!Object.prototype.hasOwnProperty.call(obj, key)) {
		if (key === "__proto__") Object.defineProperty(obj, key, {
			value: make(),
			writable: true,
			enumerable: true,
			configurable: true
		});
		else obj[key] = make();
	}
	return obj[key];
}
function flattenError(error, mapper = (issue) => issue.message) {
	const fieldErrors = {};
	const formErrors = [];
	for (const sub of error.issues) if (sub.path.length > 0) node(fieldErrors, sub.path[0], () => []).push(mapper(sub));
	else formErrors.push(mapper(sub));
	return {
		formErrors,
		fieldErrors
	};
}
function formatError(error, mapper = (issue) => issue.message) {
	const fieldErrors = { _errors: [] };
	const processError = (error, path = []) => {
		for (const issue of error.issues) if (issue.code === "invalid_union" && issue.errors.length) issue.errors.map((issues) => processError({ issues }, [...path, ...issue.path]));
		else if (issue.code === "invalid_key") processError({ issues: issue.issues }, [...path, ...issue.path]);
		else if (issue.code === "invalid_element") processError({ issues: issue.issues }, [...path, ...issue.path]);
		else {
			const fullpath = [...path, ...issue.path];
			if (fullpath.length === 0) fieldErrors._errors.push(mapper(issue));
			else {
				let curr = fieldErrors;
				let i = 0;
				while (i < fullpath.length) {
					const el = fullpath[i];
					const terminal = i === fullpath.length - 1;
					if (el === "_errors") {
						if (terminal) curr._errors.push(mapper(issue));
						i++;
						continue;
					}
					if (!Object.prototype.hasOwnProperty.call(curr, el)) Object.defineProperty(curr, el, {
						value: { _errors: [] },
						enumerable: true,
						writable: true,
						configurable: true
					});
					const node = curr[el];
					if (terminal) node._errors.push(mapper(issue));
					curr = node;
					i++;
				}
			}
		}
	};
	processError(error);
	return fieldErrors;
}
// node_modules/zod/v4/core/parse.js
function finalizeParams(callee, params) {
	return {
		callee: params?.callee ?? callee,
		Err: params?.Err
	};
}
const _parse = (_Err) => {
	const fn = (schema, value, _ctx, _params) => {
		const ctx = _ctx ? {
			..._ctx,
			async: false
		} : { async: false };
		const result = schema._zod.run({
			value,
			issues: []
		}, ctx);
		if (result instanceof Promise) throw new $ZodAsyncError();
		if (result.issues.length) {
			const e = new ((_params?.Err) ?? _Err)(result.issues.map((iss) => finalizeIssue(iss, ctx, config())));
			captureStackTrace(e, _params?.callee ?? fn);
			throw e;
		}
		return result.value;
	};
	return fn;
};
const _parseAsync = (_Err) => {
	const fn = async (schema, value, _ctx, params) => {
		const ctx = _ctx ? {
			..._ctx,
			async: true
		} : { async: true };
		let result = schema._zod.run({
			value,
			issues: []
		}, ctx);
		if (result instanceof Promise) result = await result;
		if (result.issues.length) {
			const e = new ((params?.Err) ?? _Err)(result.issues.map((iss) => finalizeIssue(iss, ctx, config())));
			captureStackTrace(e, params?.callee ?? fn);
			throw e;
		}
		return result.value;
	};
	return fn;
};
const _safeParse = (_Err) => (schema, value, _ctx) => {
	const ctx = _ctx ? {
		..._ctx,
		async: false
	} : { async: false };
	const result = schema._zod.run({
		value,
		issues: []
	}, ctx);
	if (result instanceof Promise) throw new $ZodAsyncError();
	return result.issues.length ? failure(_Err, result.issues, ctx) : {
		success: true,
		data: result.value
	};
};
function failure(Err, issues, ctx) {
	let error;
	return {
		success: false,
		get error() {
			if (!error) {
				error = new Err(issues.map((iss) => finalizeIssue(iss, ctx, config())));
				issues = void 0;
				ctx = void 0;
			}
			return error;
		},
		set error(e) {
			error = e;
			issues = void 0;
			ctx = void 0;
		}
	};
}
const _safeParseAsync = (_Err) => async (schema, value, _ctx) => {
	const ctx = _ctx ? {
		..._ctx,
		async: true
	} : { async: true };
	let result = schema._zod.run({
		value,
		issues: []
	}, ctx);
	if (result instanceof Promise) result = await result;
	return result.issues.length ? failure(_Err, result.issues, ctx) : {
		success: true,
		data: result.value
	};
};
const COMPILE_INVALID = /* @__PURE__ */ Symbol.for("zod.compile.invalid");
const COMPILE_FALLBACK = /* @__PURE__ */ Symbol.for("zod.compile.fallback");
const validate = ((schema, value, _ctx) => {
	const validator = schema._zod.bag.validator;
	if (validator !== void 0) {
		if (validator(value) !== COMPILE_INVALID) return true;
		if (validator.definite === true && _ctx === void 0) return false;
	}
	return validateFallback(schema, value, _ctx);
});
function validateFallback(schema, value, _ctx) {
	const ctx = _ctx ? {
		..._ctx,
		async: false,
		abortEarly: true
	} : {
		async: false,
		abortEarly: true
	};
	const fallbackRun = schema._zod.bag.fallbackRun;
	let result;
	if (fallbackRun) {
		ctx[COMPILE_FALLBACK] = true;
		result = fallbackRun({
			value,
			issues: []
		}, ctx);
	} else result = schema._zod.run({
		value,
		issues: []
	}, ctx);
	if (result instanceof Promise) throw new $ZodAsyncError();
	return result.issues.length === 0;
}
const validateAsync$1 = async (schema, value, _ctx) => {
	const ctx = _ctx ? {
		..._ctx,
		async: true,
		abortEarly: true
	} : {
		async: true,
		abortEarly: true
	};
	let result = schema._zod.run({
		value,
		issues: []
	}, ctx);
	if (result instanceof Promise) result = await result;
	return result.issues.length === 0;
};
const _encode = (_Err) => {
	const parse = _parse(_Err);
	const fn = (schema, value, _ctx, _params) => {
		const ctx = _ctx ? {
			..._ctx,
			direction: "backward"
		} : { direction: "backward" };
		return parse(schema, value, ctx, finalizeParams(fn, _params));
	};
	return fn;
};
const _decode = (_Err) => {
	const parse = _parse(_Err);
	const fn = (schema, value, _ctx, _params) => {
		return parse(schema, value, _ctx, finalizeParams(fn, _params));
	};
	return fn;
};
const _encodeAsync = (_Err) => {
	const parseAsync = _parseAsync(_Err);
	const fn = async (schema, value, _ctx, _params) => {
		const ctx = _ctx ? {
			..._ctx,
			direction: "backward"
		} : { direction: "backward" };
		return await parseAsync(schema, value, ctx, finalizeParams(fn, _params));
	};
	return fn;
};
const _decodeAsync = (_Err) => {
	const parseAsync = _parseAsync(_Err);
	const fn = async (schema, value, _ctx, _params) => {
		return await parseAsync(schema, value, _ctx, finalizeParams(fn, _params));
	};
	return fn;
};
const _safeEncode = (_Err) => (schema, value, _ctx) => {
	const ctx = _ctx ? {
		..._ctx,
		direction: "backward"
	} : { direction: "backward" };
	return _safeParse(_Err)(schema, value, ctx);
};
const _safeDecode = (_Err) => (schema, value, _ctx) => {
	return _safeParse(_Err)(schema, value, _ctx);
};
const _safeEncodeAsync = (_Err) => async (schema, value, _ctx) => {
	const ctx = _ctx ? {
		..._ctx,
		direction: "backward"
	} : { direction: "backward" };
	return _safeParseAsync(_Err)(schema, value, ctx);
};
const _safeDecodeAsync = (_Err) => async (schema, value, _ctx) => {
	return _safeParseAsync(_Err)(schema, value, _ctx);
};
// node_modules/zod/v4/core/regexes.js
var regexes_exports = /* @__PURE__ */ __exportAll({
	anyString: () => anyString,
	base64: () => base64$1,
	base64url: () => base64url,
	bigint: () => bigint,
	boolean: () => boolean,
	browserEmail: () => browserEmail,
	cidrv4: () => cidrv4,
	cidrv6: () => cidrv6,
	creditCard: () => creditCard,
	cuid: () => cuid,
	cuid2: () => cuid2,
	currencyCode: () => currencyCode,
	date: () => date,
	datetime: () => datetime,
	domain: () => domain,
	duration: () => duration,
	e164: () => e164,
	email: () => email,
	emoji: () => emoji,
	extendedDuration: () => extendedDuration,
	guid: () => guid,
	hex: () => hex,
	hostname: () => hostname,
	html5Email: () => html5Email,
	httpProtocol: () => httpProtocol,
	iban: () => iban,
	idnEmail: () => idnEmail,
	integer: () => integer,
	ipv4: () => ipv4,
	ipv6: () => ipv6,
	ksuid: () => ksuid,
	lowercase: () => lowercase,
	mac: () => mac,
	md5_base64: () => md5_base64,
	md5_base64url: () => md5_base64url,
	md5_hex: () => md5_hex,
	nanoid: () => nanoid,
	nanoidOfLength: () => nanoidOfLength,
	null: () => _null,
	number: () => number$1,
	rfc5322Email: () => rfc5322Email,
	sha1_base64: () => sha1_base64,
	sha1_base64url: () => sha1_base64url,
	sha1_hex: () => sha1_hex,
	sha256_base64: () => sha256_base64,
	sha256_base64url: () => sha256_base64url,
	sha256_hex: () => sha256_hex,
	sha384_base64: () => sha384_base64,
	sha384_base64url: () => sha384_base64url,
	sha384_hex: () => sha384_hex,
	sha512_base64: () => sha512_base64,
	sha512_base64url: () => sha512_base64url,
	sha512_hex: () => sha512_hex,
	string: () => string$1,
	time: () => time,
	ulid: () => ulid,
	undefined: () => _undefined,
	unicodeEmail: () => unicodeEmail,
	uppercase: () => uppercase,
	uuid: () => uuid,
	uuid4: () => uuid4,
	uuid6: () => uuid6,
	uuid7: () => uuid7,
	xid: () => xid
});
/**
* @deprecated CUID v1 is deprecated by its authors due to information leakage
* (timestamps embedded in the id). Use {@link cuid2} instead.
* See https://github.com/paralleldrive/cuid.
*/
const cuid = /^[cC][0-9a-z]{6,}$/;
const cuid2 = /^[0-9a-z]+$/;
const ulid = /^[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}$/;
const xid = /^[0-9a-vA-V]{20}$/;
const ksuid = /^[A-Za-z0-9]{27}$/;
const nanoid = /^[a-zA-Z0-9_-]{21}$/;
function nanoidOfLength(length) {
	return new RegExp(`^[a-zA-Z0-9_-]{${length}}$`);
}
/** ISO 8601-1 duration regex. Does not support the 8601-2 extensions like negative durations or fractional/negative components. */
const duration = /^P(?:(\d+W)|(?!.*W)(?=\d|T\d)(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+([.,]\d+)?S)?)?)$/;
/** Implements ISO 8601-2 extensions like explicit +- prefixes, mixing weeks with other units, and fractional/negative components. */
const extendedDuration = /^[-+]?P(?!$)(?:(?:[-+]?\d+Y)|(?:[-+]?\d+[.,]\d+Y$))?(?:(?:[-+]?\d+M)|(?:[-+]?\d+[.,]\d+M$))?(?:(?:[-+]?\d+W)|(?:[-+]?\d+[.,]\d+W$))?(?:(?:[-+]?\d+D)|(?:[-+]?\d+[.,]\d+D$))?(?:T(?=[\d+-])(?:(?:[-+]?\d+H)|(?:[-+]?\d+[.,]\d+H$))?(?:(?:[-+]?\d+M)|(?:[-+]?\d+[.,]\d+M$))?(?:[-+]?\d+(?:[.,]\d+)?S)?)??$/;
/** A regex for any UUID-like identifier: 8-4-4-4-12 hex pattern */
const guid = /^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})$/;
/** Returns a regex for validating an RFC 9562/4122 UUID.
*
* @param version Optionally specify a version 1-8. If no version is specified, all versions are supported. */
const uuid = (version) => {
	if (!version) return /^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}|00000000-0000-0000-0000-000000000000|ffffffff-ffff-ffff-ffff-ffffffffffff)$/;
	return new RegExp(`^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-${version}[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12})$`);
};
const uuid4 = /*@__PURE__*/ uuid(4);
const uuid6 = /*@__PURE__*/ uuid(6);
const uuid7 = /*@__PURE__*/ uuid(7);
/** Practical email validation */
const email = /^(?:[A-Za-z0-9_'+\-]+\.)*[A-Za-z0-9_'+\-]*[A-Za-z0-9_+-]@(?:[A-Za-z0-9][A-Za-z0-9\-]*\.)+[A-Za-z]{2,}$/;
/** Equivalent to the HTML5 input[type=email] validation implemented by browsers. Source: https://developer.mozilla.org/en-US/docs/Web/HTML/Element/input/email */
const html5Email = /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;
/** The classic emailregex.com regex for RFC 5322-compliant emails */
const rfc5322Email = /^(([^<>()\[\]\\.,;:\s@"]+(\.[^<>()\[\]\\.,;:\s@"]+)*)|(".+"))@((\[[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}])|(([a-zA-Z\-0-9]+\.)+[a-zA-Z]{2,}))$/;
/** A loose regex that allows Unicode characters, enforces length limits, and that's about it. */
const unicodeEmail = /^[^\s@"]{1,64}@[^\s@]{1,255}$/u;
const idnEmail = unicodeEmail;
const browserEmail = /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;
const _emoji$1 = `^(?=[\\s\\S]*[\\p{Extended_Pictographic}\\p{Regional_Indicator}\\u20E3])[\\p{Extended_Pictographic}\\p{Emoji_Component}]+$`;
function emoji() {
	return new RegExp(_emoji$1, "u");
}
const ipv4 = /^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])$/;
const ipv6 = /^(([0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}|([0-9a-fA-F]{1,4}:){1,7}:|([0-9a-fA-F]{1,4}:){1,6}:[0-9a-fA-F]{1,4}|([0-9a-fA-F]{1,4}:){1,5}(:[0-9a-fA-F]{1,4}){1,2}|([0-9a-fA-F]{1,4}:){1,4}(:[0-9a-fA-F]{1,4}){1,3}|([0-9a-fA-F]{1,4}:){1,3}(:[0-9a-fA-F]{1,4}){1,4}|([0-9a-fA-F]{1,4}:){1,2}(:[0-9a-fA-F]{1,4}){1,5}|[0-9a-fA-F]{1,4}:((:[0-9a-fA-F]{1,4}){1,6})|:((:[0-9a-fA-F]{1,4}){1,7}|:))$/;
const mac = (delimiter) => {
	const escapedDelim = escapeRegex(delimiter ?? ":");
	return new RegExp(`^(?:[0-9A-F]{2}${escapedDelim}){5}[0-9A-F]{2}$|^(?:[0-9a-f]{2}${escapedDelim}){5}[0-9a-f]{2}$`);
};
const cidrv4 = /^((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])\.){3}(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])\/([0-9]|[1-2][0-9]|3[0-2])$/;
const cidrv6 = /^(([0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}|([0-9a-fA-F]{1,4}:){1,7}:|([0-9a-fA-F]{1,4}:){1,6}:[0-9a-fA-F]{1,4}|([0-9a-fA-F]{1,4}:){1,5}(:[0-9a-fA-F]{1,4}){1,2}|([0-9a-fA-F]{1,4}:){1,4}(:[0-9a-fA-F]{1,4}){1,3}|([0-9a-fA-F]{1,4}:){1,3}(:[0-9a-fA-F]{1,4}){1,4}|([0-9a-fA-F]{1,4}:){1,2}(:[0-9a-fA-F]{1,4}){1,5}|[0-9a-fA-F]{1,4}:((:[0-9a-fA-F]{1,4}){1,6})|:((:[0-9a-fA-F]{1,4}){1,7}|:))\/(12[0-8]|1[01][0-9]|[1-9]?[0-9])$/;
const base64$1 = /^$|^(?:[0-9a-zA-Z+/]{4})*(?:(?:[0-9a-zA-Z+/]{2}==)|(?:[0-9a-zA-Z+/]{3}=))?$/;
const base64url = /^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2,3})?$/;
const hostname = /^(?=.{1,253}\.?$)[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[-0-9a-zA-Z]{0,61}[0-9a-zA-Z])?)*\.?$/;
const domain = /^(?=.{1,253}$)([a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z]{2,63}$/;
const httpProtocol = /^https?$/;
const e164 = /^\+[1-9]\d{6,14}$/;
const creditCard = /^\d(?:[ -]?\d){11,18}$/;
const currencyCode = /^(?:AED|AFN|ALL|AMD|AOA|ARS|AUD|AWG|AZN|BAM|BBD|BDT|BHD|BIF|BMD|BND|BOB|BOV|BRL|BSD|BTN|BWP|BYN|BZD|CAD|CDF|CHE|CHF|CHW|CLF|CLP|CNY|COP|COU|CRC|CUP|CVE|CZK|DJF|DKK|DOP|DZD|EGP|ERN|ETB|EUR|FJD|FKP|GBP|GEL|GHS|GIP|GMD|GNF|GTQ|GYD|HKD|HNL|HTG|HUF|IDR|ILS|INR|IQD|IRR|ISK|JMD|JOD|JPY|KES|KGS|KHR|KMF|KPW|KRW|KWD|KYD|KZT|LAK|LBP|LKR|LRD|LSL|LYD|MAD|MDL|MGA|MKD|MMK|MNT|MOP|MRU|MUR|MVR|MWK|MXN|MXV|MYR|MZN|NAD|NGN|NIO|NOK|NPR|NZD|OMR|PAB|PEN|PGK|PHP|PKR|PLN|PYG|QAR|RON|RSD|RUB|RWF|SAR|SBD|SCR|SDG|SEK|SGD|SHP|SLE|SOS|SRD|SSP|STN|SVC|SYP|SZL|THB|TJS|TMT|TND|TOP|TRY|TTD|TWD|TZS|UAH|UGX|USD|USN|UYI|UYU|UYW|UZS|VED|VES|VND|VUV|WST|XAD|XAF|XAG|XAU|XBA|XBB|XBC|XBD|XCD|XCG|XDR|XOF|XPD|XPF|XPT|XSU|XTS|XUA|XXX|YER|ZAR|ZMW|ZWG)$/;
const iban = /^[A-Z]{2}(?!00|01|99)\d{2}[A-Z0-9]{11,30}$/;
const dateSource = `(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))`;
/** Anchors a pattern source. The interpolation lives here rather than at the call site because
* esbuild will not drop a `@__PURE__` call whose own argument interpolates a variable, but it
* will drop `anchor(dateSource)`. Keeping it inline pinned `date` into every bundle. */
function anchor(source) {
	return new RegExp(`^${source}$`);
}
const date = /*@__PURE__*/ anchor(dateSource);
function timeSource(args) {
	const hhmm = `(?:[01]\\d|2[0-3]):[0-5]\\d`;
	return typeof args.precision === "number" ? args.precision === -1 ? `${hhmm}` : args.precision === 0 ? `${hhmm}:[0-5]\\d` : `${hhmm}:[0-5]\\d\\.\\d{${args.precision}}` : args.seconds ? `${hhmm}:[0-5]\\d(?:\\.\\d+)?` : `${hhmm}(?::[0-5]\\d(?:\\.\\d+)?)?`;
}
function time(args) {
	return new RegExp(`^${timeSource(args)}$`);
}
function datetime(args) {
	const opts = ["Z"];
	if (args.offset) opts.push(`([+-](?:[01]\\d|2[0-3]):[0-5]\\d)`);
	const qualified = `${timeSource({
		precision: args.precision,
		seconds: true
	})}(?:${opts.join("|")})`;
	const timeRegex = args.local ? `${qualified}|${timeSource({ precision: args.precision })}` : qualified;
	return new RegExp(`^${dateSource}T(?:${timeRegex})$`);
}
const anyString = /^[\s\S]{0,}$/;
const string$1 = (params) => {
	const regex = params ? `[\\s\\S]{${params?.minimum ?? 0},${params?.maximum ?? ""}}` : `[\\s\\S]*`;
	return new RegExp(`^${regex}$`);
};
const bigint = /^-?\d+n?$/;
const integer = /^-?\d+$/;
const number$1 = /^-?\d+(?:\.\d+)?$/;
const boolean = /^(?:true|false)$/i;
const _null = /^null$/i;
const _undefined = /^undefined$/i;
const lowercase = /^[^A-Z]*$/;
const uppercase = /^[^a-z]*$/;
const hex = /^[0-9a-fA-F]*$/;
function fixedBase64(bodyLength, padding) {
	return new RegExp(`^[A-Za-z0-9+/]{${bodyLength}}${padding}$`);
}
function fixedBase64url(length) {
	return new RegExp(`^[A-Za-z0-9_-]{${length}}$`);
}
const md5_hex = /^[0-9a-fA-F]{32}$/;
const md5_base64 = /*@__PURE__*/ fixedBase64(22, "==");
const md5_base64url = /*@__PURE__*/ fixedBase64url(22);
const sha1_hex = /^[0-9a-fA-F]{40}$/;
const sha1_base64 = /*@__PURE__*/ fixedBase64(27, "=");
const sha1_base64url = /*@__PURE__*/ fixedBase64url(27);
const sha256_hex = /^[0-9a-fA-F]{64}$/;
const sha256_base64 = /*@__PURE__*/ fixedBase64(43, "=");
const sha256_base64url = /*@__PURE__*/ fixedBase64url(43);
const sha384_hex = /^[0-9a-fA-F]{96}$/;
const sha384_base64 = /*@__PURE__*/ fixedBase64(64, "");
const sha384_base64url = /*@__PURE__*/ fixedBase64url(64);
const sha512_hex = /^[0-9a-fA-F]{128}$/;
const sha512_base64 = /*@__PURE__*/ fixedBase64(86, "==");
const sha512_base64url = /*@__PURE__*/ fixedBase64url(86);
// node_modules/zod/v4/core/checks.js
const $ZodCheck = /*@__PURE__*/ $constructor("$ZodCheck", (inst, def) => {
	var _a;
	inst._zod ?? (inst._zod = {});
	inst._zod.def = def;
	(_a = inst._zod).onattach ?? (_a.onattach = []);
});
/** Default `when` for length-based checks: run only on non-nullish values with a `length`. */
const _whenHasLength = (payload) => {
	const val = payload.value;
	return !nullish(val) && val.length !== void 0;
};
const numericOriginMap = {
	number: "number",
	bigint: "bigint",
	object: "date"
};
const $ZodCheckLessThan = /*@__PURE__*/ $constructor("$ZodCheckLessThan", (inst, def) => {
	$ZodCheck.init(inst, def);
	const origin = numericOriginMap[typeof def.value];
	inst._zod.check = (payload) => {
		if (def.inclusive ? payload.value <= def.value : payload.value < def.value) return;
		payload.issues.push({
			origin: numericOriginMap[typeof payload.value] ?? origin,
			code: "too_big",
			maximum: typeof def.value === "object" ? def.value.getTime() : def.value,
			input: payload.value,
			inclusive: def.inclusive,
			inst,
			continue: !def.abort
		});
	};
});
const $ZodCheckGreaterThan = /*@__PURE__*/ $constructor("$ZodCheckGreaterThan", (inst, def) => {
	$ZodCheck.init(inst, def);
	const origin = numericOriginMap[typeof def.value];
	inst._zod.check = (payload) => {
		if (def.inclusive ? payload.value >= def.value : payload.value > def.value) return;
		payload.issues.push({
			origin: numericOriginMap[typeof payload.value] ?? origin,
			code: "too_small",
			minimum: typeof def.value === "object" ? def.value.getTime() : def.value,
			input: payload.value,
			inclusive: def.inclusive,
			inst,
			continue: !def.abort
		});
	};
});
const $ZodCheckMultipleOf = /*@__PURE__*/ $constructor("$ZodCheckMultipleOf", (inst, def) => {
	$ZodCheck.init(inst, def);
	inst._zod.check = (payload) => {
		if (typeof payload.value !== typeof def.value) throw new Error("Cannot mix number and bigint in multiple_of check.");
		if (typeof payload.value === "bigint" ? def.value !== BigInt(0) && payload.value % def.value === BigInt(0) : floatSafeRemainder(payload.value, def.value) === 0) return;
		payload.issues.push({
			origin: typeof payload.value,
			code: "not_multiple_of",
			divisor: def.value,
			input: payload.value,
			inst,
			continue: !def.abort
		});
	};
});
const $ZodCheckNumberFormat = /*@__PURE__*/ $constructor("$ZodCheckNumberFormat", (inst, def) => {
	$ZodCheck.init(inst, def);
	def.format = def.format || "float64";
	const isInt = def.format?.includes("int");
	const origin = isInt ? "int" : "number";
	const [minimum, maximum] = NUMBER_FORMAT_RANGES[def.format];
	inst._zod.check = (payload) => {
		const input = payload.value;
		if (isInt) {
			if (!Number.isInteger(input)) {
				payload.issues.push({
					expected: origin,
					format: def.format,
					code: "invalid_type",
					continue: false,
					input,
					inst
				});
				return;
			}
			if (!Number.isSafeInteger(input)) {
				if (input > 0) payload.issues.push({
					input,
					code: "too_big",
					maximum: Number.MAX_SAFE_INTEGER,
					note: "Integers must be within the safe integer range.",
					inst,
					origin,
					inclusive: true,
					continue: !def.abort
				});
				else payload.issues.push({
					input,
					code: "too_small",
					minimum: Number.MIN_SAFE_INTEGER,
					note: "Integers must be within the safe integer range.",
					inst,
					origin,
					inclusive: true,
					continue: !def.abort
				});
				return;
			}
		}
		if (input < minimum) payload.issues.push({
			origin: "number",
			input,
			code: "too_small",
			minimum,
			inclusive: true,
			inst,
			continue: !def.abort
		});
		if (input > maximum) payload.issues.push({
			origin: "number",
			input,
			code: "too_big",
			maximum,
			inclusive: true,
			inst,
			continue: !def.abort
		});
	};
});
const $ZodCheckMaxLength = /*@__PURE__*/ $constructor("$ZodCheckMaxLength", (inst, def) => {
	var _a;
	$ZodCheck.init(inst, def);
	(_a = inst._zod.def).when ?? (_a.when = _whenHasLength);
	inst._zod.check = (payload) => {
		const input = payload.value;
		const units = input.length;
		if ((typeof input === "string" && units > def.maximum ? codePointLength(input) : units) <= def.maximum) return;
		const origin = getLengthableOrigin(input);
		payload.issues.push({
			origin,
			code: "too_big",
			maximum: def.maximum,
			inclusive: true,
			input,
			inst,
			continue: !def.abort
		});
	};
});
const $ZodCheckMinLength = /*@__PURE__*/ $constructor("$ZodCheckMinLength", (inst, def) => {
	var _a;
	$ZodCheck.init(inst, def);
	(_a = inst._zod.def).when ?? (_a.when = _whenHasLength);
	inst._zod.check = (payload) => {
		const input = payload.value;
		const units = input.length;
		if ((typeof input === "string" && units >= def.minimum && units < def.minimum * 2 ? codePointLength(input) : units) >= def.minimum) return;
		const origin = getLengthableOrigin(input);
		payload.issues.push({
			origin,
			code: "too_small",
			minimum: def.minimum,
			inclusive: true,
			input,
			inst,
			continue: !def.abort
		});
	};
});
const $ZodCheckLengthEquals = /*@__PURE__*/ $constructor("$ZodCheckLengthEquals", (inst, def) => {
	var _a;
	$ZodCheck.init(inst, def);
	(_a = inst._zod.def).when ?? (_a.when = _whenHasLength);
	inst._zod.check = (payload) => {
		const input = payload.value;
		const units = input.length;
		const length = typeof input === "string" && units >= def.length && units <= def.length * 2 ? codePointLength(input) : units;
		if (length === def.length) return;
		const origin = getLengthableOrigin(input);
		const tooBig = length > def.length;
		payload.issues.push({
			origin,
			...tooBig ? {
				code: "too_big",
				maximum: def.length
			} : {
				code: "too_small",
				minimum: def.length
			},
			inclusive: true,
			exact: true,
			input: payload.value,
			inst,
			continue: !def.abort
		});
	};
});
const $ZodCheckStringFormat = /*@__PURE__*/ $constructor("$ZodCheckStringFormat", (inst, def) => {
	var _a, _b;
	$ZodCheck.init(inst, def);
	if (def.pattern) (_a = inst._zod).check ?? (_a.check = (payload) => {
		def.pattern.lastIndex = 0;
		if (def.pattern.test(payload.value)) return;
		payload.issues.push({
			origin: "string",
			code: "invalid_format",
			format: def.format,
			input: payload.value,
			...def.pattern ? { pattern: def.pattern.toString() } : {},
			inst,
			continue: !def.abort
		});
	});
	else (_b = inst._zod).check ?? (_b.check = () => {});
});
const $ZodCheckRegex = /*@__PURE__*/ $constructor("$ZodCheckRegex", (inst, def) => {
	$ZodCheckStringFormat.init(inst, def);
	inst._zod.check = (payload) => {
		def.pattern.lastIndex = 0;
		if (def.pattern.test(payload.value)) return;
		payload.issues.push({
			origin: "string",
			code: "invalid_format",
			format: "regex",
			input: payload.value,
			pattern: def.pattern.toString(),
			inst,
			continue: !def.abort
		});
	};
});
const $ZodCheckLowerCase = /*@__PURE__*/ $constructor("$ZodCheckLowerCase", (inst, def) => {
	def.pattern ?? (def.pattern = lowercase);
	$ZodCheckStringFormat.init(inst, def);
});
const $ZodCheckUpperCase = /*@__PURE__*/ $constructor("$ZodCheckUpperCase", (inst, def) => {
	def.pattern ?? (def.pattern = uppercase);
	$ZodCheckStringFormat.init(inst, def);
});
const $ZodCheckIncludes = /*@__PURE__*/ $constructor("$ZodCheckIncludes", (inst, def) => {
	$ZodCheck.init(inst, def);
	const escapedRegex = escapeRegex(def.includes);
	def.pattern = new RegExp(typeof def.position === "number" ? `^.{${def.position},}${escapedRegex}` : escapedRegex);
	inst._zod.check = (payload) => {
		if (payload.value.includes(def.includes, def.position)) return;
		payload.issues.push({
			origin: "string",
			code: "invalid_format",
			format: "includes",
			includes: def.includes,
			input: payload.value,
			inst,
			continue: !def.abort
		});
	};
});
const $ZodCheckStartsWith = /*@__PURE__*/ $constructor("$ZodCheckStartsWith", (inst, def) => {
	$ZodCheck.init(inst, def);
	const pattern = new RegExp(`^${escapeRegex(def.prefix)}.*`);
	def.pattern ?? (def.pattern = pattern);
	inst._zod.check = (payload) => {
		if (payload.value.startsWith(def.prefix)) return;
		payload.issues.push({
			origin: "string",
			code: "invalid_format",
			format: "starts_with",
			prefix: def.prefix,
			input: payload.value,
			inst,
			continue: !def.abort
		});
	};
});
const $ZodCheckEndsWith = /*@__PURE__*/ $constructor("$ZodCheckEndsWith", (inst, def) => {
	$ZodCheck.init(inst, def);
	const pattern = new RegExp(`.*${escapeRegex(def.suffix)}$`);
	def.pattern ?? (def.pattern = pattern);
	inst._zod.check = (payload) => {
		if (payload.value.endsWith(def.suffix)) return;
		payload.issues.push({
			origin: "string",
			code: "invalid_format",
			format: "ends_with",
			suffix: def.suffix,
			input: payload.value,
			inst,
			continue: !def.abort
		});
	};
});
const $ZodCheckOverwrite = /*@__PURE__*/ $constructor("$ZodCheckOverwrite", (inst, def) => {
	$ZodCheck.init(inst, def);
	inst._zod.check = (payload) => {
		payload.value = def.tx(payload.value);
	};
});
// node_modules/zod/v4/core/doc.js
var Doc = class {
	constructor(args = [], closed = {}) {
		this.content = [];
		this.indent = 0;
		this.args = args;
		this.closed = closed;
	}
	indented(fn) {
		this.indent += 1;
		try {
			fn(this);
		} finally {
			this.indent -= 1;
		}
	}
	write(arg) {
		if (typeof arg === "function") {
			arg(this, { execution: "sync" });
			arg(this, { execution: "async" });
			return;
		}
		const lines = arg.split("\n").filter((x) => x);
		const minIndent = Math.min(...lines.map((x) => x.length - x.trimStart().length));
		const dedented = lines.map((x) => x.slice(minIndent)).map((x) => " ".repeat(this.indent * 2) + x);
		for (const line of dedented) this.content.push(line);
	}
	compile() {
		const F = Function;
		const content = this?.content ?? [``];
		return new F(...Object.keys(this.closed), `return function (${this.args.join(", ")}) {\n${content.join("\n")}\n};`)(...Object.values(this.closed));
	}
};
// node_modules/zod/v4/core/versions.js
const version = {
	major: 4,
	minor: 6,
	patch: 7
};
// node_modules/zod/v4/core/schemas.js
const $ZodType = /*@__PURE__*/ $constructor("$ZodType", (inst, def) => {
	var _a;
	inst ?? (inst = {});
	inst._zod.def = def;
	inst._zod.bag = inst._zod.bag || {};
	inst._zod.version = version;
	const defChecks = inst._zod.def.checks;
	const checks = inst._zod.traits.has("$ZodCheck") ? [inst, ...defChecks ?? []] : defChecks?.length ? [...defChecks] : [];
	for (const ch of checks) for (const fn of ch._zod.onattach) fn(inst);
	if (checks.length === 0) {
		(_a = inst._zod).deferred ?? (_a.deferred = []);
		inst._zod.deferred?.push(() => {
			inst._zod.run = inst._zod.parse;
		});
	} else {
		const runChecks = (payload, checks, ctx) => {
			if (payload.memo) return payload;
			let isAborted = aborted(payload);
			let asyncResult;
			for (const ch of checks) {
				if (ch._zod.def.when) {
					if (explicitlyAborted(payload)) continue;
					if (!ch._zod.def.when(payload)) continue;
				} else if (isAborted) continue;
				const currLen = payload.issues.length;
				const _ = ch._zod.check(payload);
				if (_ instanceof Promise && ctx?.async === false) throw new $ZodAsyncError();
				if (asyncResult || _ instanceof Promise) asyncResult = (asyncResult ?? Promise.resolve()).then(async () => {
					await _;
					if (payload.issues.length === currLen) return;
					attachSchema(payload.issues, currLen, inst);
					if (!isAborted) isAborted = aborted(payload, currLen);
				});
				else {
					if (payload.issues.length === currLen) continue;
					attachSchema(payload.issues, currLen, inst);
					if (!isAborted) isAborted = aborted(payload, currLen);
				}
			}
			if (asyncResult) return asyncResult.then(() => {
				return payload;
			});
			return payload;
		};
		const handleCanaryResult = (canary, payload, ctx) => {
			if (aborted(canary)) {
				canary.aborted = true;
				return canary;
			}
			const checkResult = runChecks(payload, checks, ctx);
			if (checkResult instanceof Promise) {
				if (ctx.async === false) throw new $ZodAsyncError();
				return checkResult.then((checkResult) => inst._zod.parse(checkResult, ctx));
			}
			return inst._zod.parse(checkResult, ctx);
		};
		inst._zod.run = (payload, ctx) => {
			if (ctx.skipChecks) return inst._zod.parse(payload, ctx);
			if (ctx.direction === "backward") {
				const canary = inst._zod.parse({
					value: payload.value,
					issues: []
				}, {
					...ctx,
					skipChecks: true
				});
				if (canary instanceof Promise) return canary.then((canary) => {
					return handleCanaryResult(canary, payload, ctx);
				});
				return handleCanaryResult(canary, payload, ctx);
			}
			const result = inst._zod.parse(payload, ctx);
			if (result instanceof Promise) {
				if (ctx.async === false) throw new $ZodAsyncError();
				return result.then((result) => runChecks(result, checks, ctx));
			}
			return runChecks(result, checks, ctx);
		};
	}
}, {
	get "~standard"() {
		return hide(this, "~standard", standardProps(this));
	},
	set "~standard"(value) {
		own(this, "~standard", value);
	}
});
/** The Standard Schema surface for `inst`. Shared so wrappers can extend it without forcing it. */
const toStandardResult = (r, ctx) => r.issues.length ? { issues: r.issues.map((iss) => finalizeIssue(iss, ctx, config())) } : { value: r.value };
async function validateAsync(inst, value) {
	const ctx = { async: true };
	return toStandardResult(await inst._zod.run({
		value,
		issues: []
	}, ctx), ctx);
}
function standardProps(inst) {
	return {
		validate: (value) => {
			const ctx = { async: false };
			try {
				const r = inst._zod.run({
					value,
					issues: []
				}, ctx);
				if (!(r instanceof Promise)) return toStandardResult(r, ctx);
			} catch (_) {}
			return validateAsync(inst, value);
		},
		vendor: "zod",
		version: 1
	};
}
const $ZodString = /*@__PURE__*/ $constructor("$ZodString", (inst, def) => {
	$ZodType.init(inst, def);
	inst._zod.pattern = def.pattern ?? anyString;
	inst._zod.parse = (payload, _) => {
		if (def.coerce) try {
			payload.value = String(payload.value);
		} catch (_) {}
		if (typeof payload.value === "string") return payload;
		payload.issues.push({
			expected: "string",
			code: "invalid_type",
			input: payload.value,
			inst
		});
		return payload;
	};
});
const $ZodStringFormat = /*@__PURE__*/ $constructor("$ZodStringFormat", (inst, def) => {
	$ZodCheckStringFormat.init(inst, def);
	$ZodString.init(inst, def);
});
const $ZodGUID = /*@__PURE__*/ $constructor("$ZodGUID", (inst, def) => {
	def.pattern ?? (def.pattern = guid);
	$ZodStringFormat.init(inst, def);
});
const $ZodUUID = /*@__PURE__*/ $constructor("$ZodUUID", (inst, def) => {
	if (def.version) {
		const v = {
			v1: 1,
			v2: 2,
			v3: 3,
			v4: 4,
			v5: 5,
			v6: 6,
			v7: 7,
			v8: 8
		}[def.version];
		if (v === void 0) throw new Error(`Invalid UUID version: "${def.version}"`);
		def.pattern ?? (def.pattern = uuid(v));
	} else def.pattern ?? (def.pattern = uuid());
	$ZodStringFormat.init(inst, def);
});
const $ZodEmail = /*@__PURE__*/ $constructor("$ZodEmail", (inst, def) => {
	def.pattern ?? (def.pattern = email);
	$ZodStringFormat.init(inst, def);
});
function canParseURL(input) {
	try {
		if (typeof URL !== "undefined" && typeof URL.canParse === "function") return URL.canParse(input);
		new URL(input);
		return true;
	} catch {
		return false;
	}
}
function validateURL(trimmed, def) {
	if (!("normalize" in def) && !("hostname" in def) && !("protocol" in def)) return canParseURL(trimmed) || 2;
	return parseURLObject(trimmed, def);
}
/** Parses a URL while preserving the non-normalizing HTTP guard. */
function parseURLObject(trimmed, def) {
	if (!def.normalize && def.protocol?.source === httpProtocol.source && !/^https?:\/\//i.test(trimmed)) return 1;
	try {
		if (typeof URL !== "undefined") {
			const URLStatic = URL;
			if (typeof URLStatic.parse === "function") return URLStatic.parse(trimmed) ?? 2;
		}
		return new URL(trimmed);
	} catch {
		return 2;
	}
}
const asciiTabOrNewline = /[\t\n\r]/g;
/** The URL parser deletes every ASCII tab, LF and CR from its input before it parses, so `new URL("https://exa\nmple.com")` reports on `example.com`. Applying the same deletion to the returned value closes the half of that divergence which can move the host; the parser's other rewrite, stripping C0 controls at the edges, cannot. */
function stripTabAndNewline(value) {
	return value.replace(asciiTabOrNewline, "");
}
function urlHostnameOk(url, hostname) {
	hostname.lastIndex = 0;
	return hostname.test(url.hostname);
}
function urlProtocolOk(url, protocol) {
	protocol.lastIndex = 0;
	return protocol.test(url.protocol.endsWith(":") ? url.protocol.slice(0, -1) : url.protocol);
}
const $ZodURL = /*@__PURE__*/ $constructor("$ZodURL", (inst, def) => {
	$ZodStringFormat.init(inst, def);
	inst._zod.check = (payload) => {
		try {
			const trimmed = payload.value.trim();
			const url = validateURL(trimmed, def);
			if (url === 1) {
				payload.issues.push({
					code: "invalid_format",
					format: "url",
					note: "Invalid URL format",
					input: payload.value,
					inst,
					continue: !def.abort
				});
				return;
			}
			if (url === 2) {
				payload.issues.push({
					code: "invalid_format",
					format: "url",
					input: payload.value,
					inst,
					continue: !def.abort
				});
				return;
			}
			if (url === true) {
				payload.value = stripTabAndNewline(trimmed);
				return;
			}
			if (def.hostname && !urlHostnameOk(url, def.hostname)) payload.issues.push({
				code: "invalid_format",
				format: "url",
				note: "Invalid hostname",
				pattern: def.hostname.source,
				input: payload.value,
				inst,
				continue: !def.abort
			});
			if (def.protocol && !urlProtocolOk(url, def.protocol)) payload.issues.push({
				code: "invalid_format",
				format: "url",
				note: "Invalid protocol",
				pattern: def.protocol.source,
				input: payload.value,
				inst,
				continue: !def.abort
			});
			payload.value = def.normalize ? url.href : stripTabAndNewline(trimmed);
			return;
		} catch (_) {
			payload.issues.push({
				code: "invalid_format",
				format: "url",
				input: payload.value,
				inst,
				continue: !def.abort
			});
		}
	};
});
const $ZodEmoji = /*@__PURE__*/ $constructor("$ZodEmoji", (inst, def) => {
	def.pattern ?? (def.pattern = emoji());
	$ZodStringFormat.init(inst, def);
});
const $ZodNanoID = /*@__PURE__*/ $constructor("$ZodNanoID", (inst, def) => {
	if (def.length !== void 0 && (!Number.isInteger(def.length) || def.length < 1)) throw new Error(`Invalid nanoid length: ${def.length}`);
	def.pattern ?? (def.pattern = def.length === void 0 ? nanoid : nanoidOfLength(def.length));
	$ZodStringFormat.init(inst, def);
});
/**
* @deprecated CUID v1 is deprecated by its authors due to information leakage
* (timestamps embedded in the id). Use {@link $ZodCUID2} instead.
* See https://github.com/paralleldrive/cuid.
*/
const $ZodCUID = /*@__PURE__*/ $constructor("$ZodCUID", (inst, def) => {
	def.pattern ?? (def.pattern = cuid);
	$ZodStringFormat.init(inst, def);
});
const $ZodCUID2 = /*@__PURE__*/ $constructor("$ZodCUID2", (inst, def) => {
	def.pattern ?? (def.pattern = cuid2);
	$ZodStringFormat.init(inst, def);
});
const $ZodULID = /*@__PURE__*/ $constructor("$ZodULID", (inst, def) => {
	def.pattern ?? (def.pattern = ulid);
	$ZodStringFormat.init(inst, def);
});
const $ZodXID = /*@__PURE__*/ $constructor("$ZodXID", (inst, def) => {
	def.pattern ?? (def.pattern = xid);
	$ZodStringFormat.init(inst, def);
});
const $ZodKSUID = /*@__PURE__*/ $constructor("$ZodKSUID", (inst, def) => {
	def.pattern ?? (def.pattern = ksuid);
	$ZodStringFormat.init(inst, def);
});
const $ZodISODateTime = /*@__PURE__*/ $constructor("$ZodISODateTime", (inst, def) => {
	def.pattern ?? (def.pattern = datetime(def));
	$ZodStringFormat.init(inst, def);
});
const $ZodISODate = /*@__PURE__*/ $constructor("$ZodISODate", (inst, def) => {
	def.pattern ?? (def.pattern = date);
	$ZodStringFormat.init(inst, def);
});
const $ZodISOTime = /*@__PURE__*/ $constructor("$ZodISOTime", (inst, def) => {
	def.pattern ?? (def.pattern = time(def));
	$ZodStringFormat.init(inst, def);
});
const $ZodISODuration = /*@__PURE__*/ $constructor("$ZodISODuration", (inst, def) => {
	def.pattern ?? (def.pattern = duration);
	$ZodStringFormat.init(inst, def);
});
const $ZodIPv4 = /*@__PURE__*/ $constructor("$ZodIPv4", (inst, def) => {
	def.pattern ?? (def.pattern = ipv4);
	$ZodStringFormat.init(inst, def);
});
/** An IPv6 address is written with hex digits, colons and dots, and nothing else. The guard is what makes the check below an IPv6 check: `new URL("http://[...]")` parses an authority, not an address, so `@` and `\` re-delimit it and `"::@1\\"` validates against the host `0.0.0.1`. The URL parser also deletes ASCII tab, LF and CR rather than failing, which is how `"::1\n"` validated as `::1`. */
const ipv6Alphabet = /^[0-9a-fA-F:.]+$/;
function isValidIPv6(value) {
	if (!ipv6Alphabet.test(value)) return false;
	return canParseURL(`http://[${value}]`);
}
const $ZodIPv6 = /*@__PURE__*/ $constructor("$ZodIPv6", (inst, def) => {
	def.pattern ?? (def.pattern = ipv6);
	$ZodStringFormat.init(inst, def);
	inst._zod.check = (payload) => {
		if (!isValidIPv6(payload.value)) payload.issues.push({
			code: "invalid_format",
			format: "ipv6",
			input: payload.value,
			inst,
			continue: !def.abort
		});
	};
});
const $ZodCIDRv4 = /*@__PURE__*/ $constructor("$ZodCIDRv4", (inst, def) => {
	def.pattern ?? (def.pattern = cidrv4);
	$ZodStringFormat.init(inst, def);
});
function isValidCIDRv6(value) {
	const parts = value.split("/");
	if (parts.length !== 2) return false;
	const [address, prefix] = parts;
	if (!prefix) return false;
	const prefixNum = Number(prefix);
	if (`${prefixNum}` !== prefix) return false;
	if (prefixNum < 0 || prefixNum > 128) return false;
	return isValidIPv6(address);
}
const $ZodCIDRv6 = /*@__PURE__*/ $constructor("$ZodCIDRv6", (inst, def) => {
	def.pattern ?? (def.pattern = cidrv6);
	$ZodStringFormat.init(inst, def);
	inst._zod.check = (payload) => {
		if (!isValidCIDRv6(payload.value)) payload.issues.push({
			code: "invalid_format",
			format: "cidrv6",
			input: payload.value,
			inst,
			continue: !def.abort
		});
	};
});
function isValidBase64(data) {
	if (data === "") return true;
	if (/\s/.test(data)) return false;
	if (data.length % 4 !== 0) return false;
	try {
		atob(data);
		return true;
	} catch {
		return false;
	}
}
const base64Charset = /^[0-9a-zA-Z+/]*={0,2}$/;
const $ZodBase64 = /*@__PURE__*/ $constructor("$ZodBase64", (inst, def) => {
	def.pattern ?? (def.pattern = base64Charset);
	$ZodStringFormat.init(inst, def);
	inst._zod.check = (payload) => {
		if (isValidBase64(payload.value)) return;
		payload.issues.push({
			code: "invalid_format",
			format: "base64",
			input: payload.value,
			inst,
			continue: !def.abort
		});
	};
});
const base64urlCharset = /^[A-Za-z0-9_-]*$/;
function isValidBase64URL(data) {
	if (!base64urlCharset.test(data)) return false;
	const base64 = data.replace(/[-_]/g, (c) => c === "-" ? "+" : "/");
	return isValidBase64(base64.padEnd(Math.ceil(base64.length / 4) * 4, "="));
}
const $ZodBase64URL = /*@__PURE__*/ $constructor("$ZodBase64URL", (inst, def) => {
	def.pattern ?? (def.pattern = base64urlCharset);
	$ZodStringFormat.init(inst, def);
	inst._zod.check = (payload) => {
		if (isValidBase64URL(payload.value)) return;
		payload.issues.push({
			code: "invalid_format",
			format: "base64url",
			input: payload.value,
			inst,
			continue: !def.abort
		});
	};
});
const $ZodE164 = /*@__PURE__*/ $constructor("$ZodE164", (inst, def) => {
	def.pattern ?? (def.pattern = e164);
	$ZodStringFormat.init(inst, def);
});
function isValidJWT(token, algorithm = null) {
	try {
		const tokensParts = token.split(".");
		if (tokensParts.length !== 3) return false;
		const [header] = tokensParts;
		if (!header) return false;
		const parsedHeader = JSON.parse(atob(header));
		if ("typ" in parsedHeader && parsedHeader?.typ !== "JWT") return false;
		if (!parsedHeader.alg) return false;
		if (algorithm && (!("alg" in parsedHeader) || parsedHeader.alg !== algorithm)) return false;
		return true;
	} catch {
		return false;
	}
}
const $ZodJWT = /*@__PURE__*/ $constructor("$ZodJWT", (inst, def) => {
	$ZodStringFormat.init(inst, def);
	inst._zod.check = (payload) => {
		if (isValidJWT(payload.value, def.alg)) return;
		payload.issues.push({
			code: "invalid_format",
			format: "jwt",
			input: payload.value,
			inst,
			continue: !def.abort
		});
	};
});
const $ZodCustomStringFormat = /*@__PURE__*/ $constructor("$ZodCustomStringFormat", (inst, def) => {
	$ZodStringFormat.init(inst, def);
	inst._zod.check = (payload) => {
		if (def.fn(payload.value)) return;
		payload.issues.push({
			code: "invalid_format",
			format: def.format,
			input: payload.value,
			inst,
			continue: !def.abort
		});
	};
});
const $ZodNumber = /*@__PURE__*/ $constructor("$ZodNumber", (inst, def) => {
	$ZodType.init(inst, def);
	inst._zod.pattern = number$1;
	inst._zod.parse = (payload, _ctx) => {
		if (def.coerce) try {
			payload.value = Number(payload.value);
		} catch (_) {}
		const input = payload.value;
		if (typeof input === "number" && !Number.isNaN(input) && Number.isFinite(input)) return payload;
		const received = typeof input === "number" ? Number.isNaN(input) ? "NaN" : !Number.isFinite(input) ? String(input) : void 0 : void 0;
		payload.issues.push({
			expected: "number",
			code: "invalid_type",
			input,
			inst,
			...received ? { received } : {}
		});
		return payload;
	};
});
const $ZodNumberFormat = /*@__PURE__*/ $constructor("$ZodNumberFormat", (inst, def) => {
	$ZodCheckNumberFormat.init(inst, def);
	$ZodNumber.init(inst, def);
});
const $ZodUnknown = /*@__PURE__*/ $constructor("$ZodUnknown", (inst, def) => {
	$ZodType.init(inst, def);
	inst._zod.parse = (payload) => payload;
});
const $ZodNever = /*@__PURE__*/ $constructor("$ZodNever", (inst, def) => {
	$ZodType.init(inst, def);
	inst._zod.parse = (payload, _ctx) => {
		payload.issues.push({
			expected: "never",
			code: "invalid_type",
			input: payload.value,
			inst
		});
		return payload;
	};
});
function capSize(inst, size) {
	const caps = sizeCaps(inst._zod.def.checks);
	if (!caps.length) return;
	const cap = Math.min(...caps.map((c) => c[0]));
	const parse = inst._zod.parse;
	inst._zod.parse = (payload, ctx) => {
		const n = size(payload.value);
		if (n > cap && !ctx?.skipChecks && ctx?.direction !== "backward") {
			for (const [max, ch] of sizeCaps(inst._zod.def.checks)) if (n > max && ch._zod.def.when(payload)) {
				const start = payload.issues.length;
				ch._zod.check(payload);
				payload.issues[start].continue = false;
				attachSchema(payload.issues, start, inst);
				return payload;
			}
		}
		return parse(payload, ctx);
	};
}
const arraySize = (input) => Array.isArray(input) ? input.length : -1;
function handleArrayResult(result, final, index) {
	if (result.issues.length) final.issues.push(...prefixIssues(index, result.issues));
	final.value[index] = result.value;
}
const $ZodArray = /*@__PURE__*/ $constructor("$ZodArray", (inst, def) => {
	$ZodType.init(inst, def);
	const memo = globalConfig.memoizer;
	memo?.attach(inst);
	inst._zod.parse = (payload, ctx) => {
		const input = payload.value;
		if (!Array.isArray(input)) {
			payload.issues.push({
				expected: "array",
				code: "invalid_type",
				input,
				inst
			});
			return payload;
		}
		payload.value = memo ? memo.alloc(inst, payload, Array(input.length), ctx) : Array(input.length);
		const proms = [];
		const abortEarly = ctx?.abortEarly;
		for (let i = 0; i < input.length; i++) {
			const item = input[i];
			const result = def.element._zod.run({
				value: item,
				issues: []
			}, ctx);
			if (result instanceof Promise) proms.push(result.then((result) => handleArrayResult(result, payload, i)));
			else {
				handleArrayResult(result, payload, i);
				if (abortEarly && result.issues.length !== 0 && aborted(result)) break;
			}
		}
		if (proms.length) return Promise.all(proms).then(() => payload);
		return payload;
	};
	capSize(inst, arraySize);
});
function handlePropertyResult(result, final, key, input, optin, optout) {
	const isPresent = key in input;
	const isOptionalOut = optout === "optional";
	if (!isPresent && isOptionalOut && optin === "optional") return;
	if (result.issues.length) {
		if (optin !== void 0 && isOptionalOut && !isPresent) return;
		final.issues.push(...prefixIssues(key, result.issues));
	}
	if (!isPresent && optin === void 0) {
		if (!result.issues.length) final.issues.push({
			code: "invalid_type",
			expected: "nonoptional",
			input: void 0,
			path: [key]
		});
		return;
	}
	if (result.value === void 0) {
		if (isPresent || optin === "defaulted" && !isOptionalOut) final.value[key] = void 0;
	} else final.value[key] = result.value;
}
const NO_SYMBOL_KEYS = [];
function normalizeDef(def) {
	const keys = Object.keys(def.shape);
	const ownSymbols = Object.getOwnPropertySymbols(def.shape);
	const symbolKeys = ownSymbols.length ? ownSymbols : NO_SYMBOL_KEYS;
	const allKeys = symbolKeys.length ? [...keys, ...symbolKeys] : keys;
	for (const k of allKeys) if (!def.shape?.[k]?._zod?.traits?.has("$ZodType")) throw new Error(`Invalid element at key "${String(k)}": expected a Zod schema`);
	const okeys = optionalKeys(def.shape);
	return {
		...def,
		allKeys,
		symbolKeys,
		keySet: new Set(keys),
		numKeys: keys.length,
		optionalKeys: new Set(okeys)
	};
}
function handleCatchall(proms, input, payload, ctx, def, inst, abortEarly) {
	const unrecognized = [];
	const keySet = def.keySet;
	const _catchall = def.catchall._zod;
	const t = _catchall.def.type;
	const optin = _catchall.optin;
	const optout = _catchall.optout;
	let seen = 0;
	for (const key in input) {
		if (abortEarly && payload.issues.length !== seen) {
			if (aborted(payload, seen)) break;
			seen = payload.issues.length;
		}
		if (keySet.has(key)) continue;
		if (key === "__proto__") {
			if (t === "never") unrecognized.push(key);
			continue;
		}
		if (t === "never") {
			unrecognized.push(key);
			continue;
		}
		const r = _catchall.run({
			value: input[key],
			issues: []
		}, ctx);
		if (r instanceof Promise) proms.push(r.then((r) => handlePropertyResult(r, payload, key, input, optin, optout)));
		else handlePropertyResult(r, payload, key, input, optin, optout);
	}
	if (unrecognized.length) payload.issues.push({
		code: "unrecognized_keys",
		keys: unrecognized,
		input,
		inst,
		continue: true
	});
	if (!proms.length) return payload;
	return Promise.all(proms).then(() => {
		return payload;
	});
}
const $ZodObject = /*@__PURE__*/ $constructor("$ZodObject", (inst, def) => {
	$ZodType.init(inst, def);
	const desc = Object.getOwnPropertyDescriptor(def, "shape");
	const sh = desc?.get ? desc.get.raw : def.shape ?? {};
	if (sh) {
		const get = () => {
			const newSh = { ...sh };
			Object.defineProperty(def, "shape", { value: newSh });
			get.raw = newSh;
			return newSh;
		};
		get.raw = sh;
		Object.defineProperty(def, "shape", { get });
	}
	const _normalized = cached(() => normalizeDef(def));
	defineLazyInternal(inst, "propValues", (zod) => {
		const shape = zod.def.shape;
		const propValues = {};
		for (const key in shape) {
			const field = shape[key]._zod;
			if (field.values) {
				if (!Object.prototype.hasOwnProperty.call(propValues, key)) assignProp(propValues, key, /* @__PURE__ */ new Set());
				for (const v of field.values) propValues[key].add(v);
				if (field.optin !== void 0) propValues[key].add(void 0);
			}
		}
		return propValues;
	});
	const isObject = isObject$1;
	const catchall = def.catchall;
	let value;
	const memo = globalConfig.memoizer;
	memo?.attach(inst);
	inst._zod.parse = (payload, ctx) => {
		value ?? (value = _normalized.value);
		const input = payload.value;
		if (!isObject(input)) {
			payload.issues.push({
				expected: "object",
				code: "invalid_type",
				input,
				inst
			});
			return payload;
		}
		payload.value = memo ? memo.alloc(inst, payload, {}, ctx) : {};
		const proms = [];
		const shape = value.shape;
		const abortEarly = ctx?.abortEarly;
		let seen = payload.issues.length;
		for (const key of value.allKeys) {
			if (abortEarly && payload.issues.length !== seen) {
				if (aborted(payload, seen)) break;
				seen = payload.issues.length;
			}
			if (key === "__proto__") continue;
			const el = shape[key];
			const optin = el._zod.optin;
			const optout = el._zod.optout;
			const r = el._zod.run({
				value: input[key],
				issues: []
			}, ctx);
			if (r instanceof Promise) proms.push(r.then((r) => handlePropertyResult(r, payload, key, input, optin, optout)));
			else handlePropertyResult(r, payload, key, input, optin, optout);
		}
		if (!catchall) return proms.length ? Promise.all(proms).then(() => payload) : payload;
		return handleCatchall(proms, input, payload, ctx, _normalized.value, inst, abortEarly === true);
	};
});
const $ZodObjectJIT = /*@__PURE__*/ $constructor("$ZodObjectJIT", (inst, def) => {
	$ZodObject.init(inst, def);
	const superParse = inst._zod.parse;
	const _normalized = cached(() => normalizeDef(def));
	const memo = globalConfig.memoizer;
	const generateFastpass = (shape) => {
		const normalized = _normalized.value;
		const syms = normalized.symbolKeys;
		const doc = new Doc(["payload", "ctx"], {
			shape,
			inst,
			memo,
			syms
		});
		const parseStr = (k) => `shape[${k}]._zod.run({ value: input[${k}], issues: [] }, ctx)`;
		const prefixStr = (id, k) => `
          let ${id}_ab = false;
          for (let i = 0; i < ${id}.issues.length; i++) {
            const iss = ${id}.issues[i];
            iss.path = iss.path ? [${k}, ...iss.path] : [${k}];
            payload.issues.push(iss);
            if (iss.continue !== true) ${id}_ab = true;
          }
          if (${id}_ab && ctx && ctx.abortEarly) {
            payload.value = newResult;
            return payload;
          }`;
		doc.write(`const input = payload.value;`);
		const ids = Object.create(null);
		let counter = 0;
		for (const key of normalized.allKeys) ids[key] = `key_${counter++}`;
		doc.write(memo ? `const newResult = memo.alloc(inst, payload, {}, ctx);` : `const newResult = {};`);
		for (const key of normalized.allKeys) {
			if (key === "__proto__") continue;
			const id = ids[key];
			const k = typeof key === "symbol" ? `syms[${syms.indexOf(key)}]` : esc(key);
			const isPresent = `${k} in input`;
			const schema = shape[key];
			const optin = schema?._zod?.optin;
			const isOptionalIn = optin !== void 0;
			const isOptionalOut = schema?._zod?.optout === "optional";
			doc.write(`const ${id} = ${parseStr(k)};`);
			if (isOptionalIn && isOptionalOut) {
				const assign = optin === "optional" ? `${id}_present` : `${id}.value !== undefined || ${id}_present`;
				doc.write(`
        const ${id}_present = ${isPresent};
        if (!${id}.issues.length || ${id}_present) {
          if (${id}.issues.length) {${prefixStr(id, k)}
          }

          if (${assign}) {
            newResult[${k}] = ${id}.value;
          }
        }

      `);
			} else if (!isOptionalIn) doc.write(`
        const ${id}_present = ${isPresent};
        if (${id}.issues.length) {${prefixStr(id, k)}
        }
        if (!${id}_present && !${id}.issues.length) {
          payload.issues.push({
            code: "invalid_type",
            expected: "nonoptional",
            input: undefined,
            path: [${k}]
          });
          if (ctx && ctx.abortEarly) {
            payload.value = newResult;
            return payload;
          }
        }

        if (${id}_present) {
          newResult[${k}] = ${id}.value;
        }

      `);
			else {
				doc.write(`
        if (${id}.issues.length) {${prefixStr(id, k)}
        }
      `);
				if (optin === "defaulted") doc.write(`newResult[${k}] = ${id}.value;`);
				else doc.write(`
        if (${id}.value !== undefined || ${isPresent}) {
          newResult[${k}] = ${id}.value;
        }
      `);
			}
		}
		doc.write(`payload.value = newResult;`);
		doc.write(`return payload;`);
		return doc.compile();
	};
	let fastpass;
	const isObject = isObject$1;
	const jit = !globalConfig.jitless;
	const fastEnabled = jit && allowsEval.value;
	const catchall = def.catchall;
	let value;
	inst._zod.parse = (payload, ctx) => {
		value ?? (value = _normalized.value);
		const input = payload.value;
		if (!isObject(input)) {
			payload.issues.push({
				expected: "object",
				code: "invalid_type",
				input,
				inst
			});
			return payload;
		}
		if (jit && fastEnabled && ctx?.async === false && ctx.jitless !== true) {
			if (!fastpass) fastpass = generateFastpass(def.shape);
			payload = fastpass(payload, ctx);
			if (!catchall) return payload;
			return handleCatchall([], input, payload, ctx, value, inst, ctx?.abortEarly === true);
		}
		return superParse(payload, ctx);
	};
});
function handleUnionResults(results, final, inst, ctx) {
	for (const result of results) if (result.issues.length === 0) {
		final.value = result.value;
		return final;
	}
	const nonaborted = results.filter((r) => !aborted(r));
	if (nonaborted.length === 1) {
		final.value = nonaborted[0].value;
		return nonaborted[0];
	}
	final.issues.push({
		code: "invalid_union",
		input: final.value,
		inst,
		errors: results.map((result) => result.issues.map((iss) => finalizeIssue(iss, ctx, config())))
	});
	return final;
}
const $ZodUnion = /*@__PURE__*/ $constructor("$ZodUnion", (inst, def) => {
	$ZodType.init(inst, def);
	defineLazyInternal(inst, "optin", (zod) => zod.def.options.some((o) => o._zod.optin === "defaulted") ? "defaulted" : zod.def.options.some((o) => o._zod.optin !== void 0) ? "optional" : void 0);
	defineLazyInternal(inst, "optout", (zod) => zod.def.options.some((o) => o._zod.optout === "optional") ? "optional" : void 0);
	defineLazyInternal(inst, "values", (zod) => {
		if (zod.def.options.every((o) => o._zod.values)) return new Set(zod.def.options.flatMap((option) => Array.from(option._zod.values)));
	});
	defineLazyInternal(inst, "pattern", (zod) => {
		if (zod.def.options.every((o) => o._zod.pattern)) {
			const patterns = zod.def.options.map((o) => o._zod.pattern);
			return new RegExp(`^(${patterns.map((p) => cleanRegex(p.source)).join("|")})$`);
		}
	});
	const first = def.options.length === 1 ? def.options[0]._zod.run : null;
	inst._zod.parse = (payload, ctx) => {
		if (first) return first(payload, ctx);
		let async = false;
		const results = [];
		for (const option of def.options) {
			const result = option._zod.run({
				value: payload.value,
				issues: []
			}, ctx);
			if (result instanceof Promise) {
				results.push(result);
				async = true;
			} else {
				if (result.issues.length === 0) return result;
				results.push(result);
			}
		}
		if (!async) return handleUnionResults(results, payload, inst, ctx);
		return Promise.all(results).then((results) => {
			return handleUnionResults(results, payload, inst, ctx);
		});
	};
});
function discriminatorMap(def) {
	const map = /* @__PURE__ */ new Map();
	for (const option of def.options) {
		const values = option._zod.propValues?.[def.discriminator];
		if (!values || values.size === 0) throw new Error(`Invalid discriminated union option at index "${def.options.indexOf(option)}"`);
		for (const value of values) if (map.has(value)) {
			if (value !== void 0) throw new Error(`Duplicate discriminator value "${String(value)}"`);
			map.set(value, null);
		} else map.set(value, option);
	}
	return map;
}
const $ZodDiscriminatedUnion = /*@__PURE__*/ $constructor("$ZodDiscriminatedUnion", (inst, def) => {
	def.inclusive = false;
	$ZodUnion.init(inst, def);
	const _super = inst._zod.parse;
	defineLazyInternal(inst, "propValues", (zod) => {
		const propValues = {};
		let undefinedCount = 0;
		for (const option of zod.def.options) {
			const pv = option._zod.propValues;
			if (!pv || Object.keys(pv).length === 0) throw new Error(`Invalid discriminated union option at index "${zod.def.options.indexOf(option)}"`);
			if (pv[zod.def.discriminator]?.has(void 0)) undefinedCount++;
			for (const [k, v] of Object.entries(pv)) {
				if (!Object.prototype.hasOwnProperty.call(propValues, k)) assignProp(propValues, k, /* @__PURE__ */ new Set());
				for (const val of v) propValues[k].add(val);
			}
		}
		if (!zod.def.unionFallback && undefinedCount > 1) propValues[zod.def.discriminator]?.delete(void 0);
		return propValues;
	});
	def.options.forEach((option, i) => {
		const propShape = rawShape(option._zod.def);
		if (propShape && !Object.prototype.hasOwnProperty.call(propShape, def.discriminator)) throw new Error(`Invalid discriminated union option at index "${i}"`);
	});
	const disc = cached(() => discriminatorMap(def));
	inst._zod.parse = (payload, ctx) => {
		const input = payload.value;
		if (!isObject$1(input)) {
			payload.issues.push({
				code: "invalid_type",
				expected: "object",
				input,
				inst
			});
			return payload;
		}
		const value = input?.[def.discriminator];
		const opt = disc.value.get(value);
		if (opt && (value !== void 0 || ctx.direction !== "backward")) return opt._zod.run(payload, ctx);
		if (def.unionFallback || ctx.direction === "backward") return _super(payload, ctx);
		payload.issues.push({
			code: "invalid_union",
			errors: [],
			note: "No matching discriminator",
			discriminator: def.discriminator,
			options: Array.from(disc.value.keys()).filter((value) => disc.value.get(value) !== null),
			input,
			path: [def.discriminator],
			inst
		});
		return payload;
	};
});
const $ZodIntersection = /*@__PURE__*/ $constructor("$ZodIntersection", (inst, def) => {
	$ZodType.init(inst, def);
	inst._zod.parse = (payload, ctx) => {
		const input = payload.value;
		const left = def.left._zod.run({
			value: input,
			issues: []
		}, ctx);
		const right = def.right._zod.run({
			value: input,
			issues: []
		}, ctx);
		if (left instanceof Promise || right instanceof Promise) return Promise.all([left, right]).then(([left, right]) => {
			return handleIntersectionResults(payload, left, right);
		});
		return handleIntersectionResults(payload, left, right);
	};
});
function mergeValues(a, b) {
	if (a === b) return {
		valid: true,
		data: a
	};
	if (a instanceof Date && b instanceof Date && +a === +b) return {
		valid: true,
		data: a
	};
	if (isPlainObject(a) && isPlainObject(b)) {
		const bKeys = Object.keys(b);
		const sharedKeys = Object.keys(a).filter((key) => bKeys.indexOf(key) !== -1);
		const newObj = {
			...a,
			...b
		};
		if (Object.prototype.hasOwnProperty.call(newObj, "__proto__")) delete newObj.__proto__;
		for (const key of sharedKeys) {
			if (key === "__proto__") continue;
			const sharedValue = mergeValues(a[key], b[key]);
			if (!sharedValue.valid) return {
				valid: false,
				mergeErrorPath: [key, ...sharedValue.mergeErrorPath]
			};
			newObj[key] = sharedValue.data;
		}
		return {
			valid: true,
			data: newObj
		};
	}
	if (Array.isArray(a) && Array.isArray(b)) {
		if (a.length !== b.length) return {
			valid: false,
			mergeErrorPath: []
		};
		const newArray = [];
		for (let index = 0; index < a.length; index++) {
			const itemA = a[index];
			const itemB = b[index];
			const sharedValue = mergeValues(itemA, itemB);
			if (!sharedValue.valid) return {
				valid: false,
				mergeErrorPath: [index, ...sharedValue.mergeErrorPath]
			};
			newArray.push(sharedValue.data);
		}
		return {
			valid: true,
			data: newArray
		};
	}
	return {
		valid: false,
		mergeErrorPath: []
	};
}
function handleIntersectionResults(result, left, right) {
	const unrecKeys = /* @__PURE__ */ new Map();
	let unrecIssue;
	const keyIssues = /* @__PURE__ */ new Map();
	const collect = (iss, side) => {
		let keys;
		if (iss.code === "unrecognized_keys" && !iss.path?.length) {
			unrecIssue ?? (unrecIssue = iss);
			keys = iss.keys;
		} else if (iss.code === "invalid_key" && iss.origin === "record" && iss.path?.length === 1) {
			const k = String(iss.path[0]);
			if (!keyIssues.has(k)) keyIssues.set(k, iss);
			keys = [k];
		} else return false;
		for (const k of keys) {
			if (!unrecKeys.has(k)) unrecKeys.set(k, {});
			unrecKeys.get(k)[side] = true;
		}
		return true;
	};
	for (const iss of left.issues) if (!collect(iss, "l")) result.issues.push(iss);
	for (const iss of right.issues) if (!collect(iss, "r")) result.issues.push(iss);
	const bothKeys = [...unrecKeys].filter(([, f]) => f.l && f.r).map(([k]) => k);
	if (bothKeys.length) {
		const aggregated = unrecIssue ? bothKeys.filter((k) => unrecIssue.keys.includes(k)) : [];
		if (aggregated.length) result.issues.push({
			...unrecIssue,
			keys: aggregated
		});
		for (const k of bothKeys) if (!aggregated.includes(k) && keyIssues.has(k)) result.issues.push(keyIssues.get(k));
	}
	const merged = mergeValues(left.value, right.value);
	if (!merged.valid) {
		if (aborted(result)) return result;
		throw new Error(`Unmergable intersection. Error path: ${JSON.stringify(merged.mergeErrorPath)}`);
	}
	result.value = merged.data;
	return result;
}
const $ZodEnum = /*@__PURE__*/ $constructor("$ZodEnum", (inst, def) => {
	$ZodType.init(inst, def);
	const values = getEnumValues(def.entries);
	const valuesSet = new Set(values);
	inst._zod.values = valuesSet;
	defineLazyInternal(inst, "pattern", (zod) => {
		const patternValues = getEnumValues(zod.def.entries).filter((k) => propertyKeyTypes.has(typeof k));
		return new RegExp(patternValues.length ? `^(${patternValues.map((o) => escapeRegex(o.toString())).join("|")})$` : "^[^\\s\\S]$");
	});
	inst._zod.parse = (payload, _ctx) => {
		const input = payload.value;
		if (valuesSet.has(input)) return payload;
		payload.issues.push({
			code: "invalid_value",
			values,
			input,
			inst
		});
		return payload;
	};
});
const $ZodLiteral = /*@__PURE__*/ $constructor("$ZodLiteral", (inst, def) => {
	$ZodType.init(inst, def);
	const values = new Set(def.values);
	inst._zod.values = values;
	defineLazyInternal(inst, "pattern", (zod) => {
		const vals = zod.def.values;
		return new RegExp(vals.length ? `^(${vals.map((o) => typeof o === "string" ? escapeRegex(o) : o ? escapeRegex(o.toString()) : String(o)).join("|")})$` : "^[^\\s\\S]$");
	});
	inst._zod.parse = (payload, _ctx) => {
		const input = payload.value;
		if (values.has(input)) return payload;
		payload.issues.push({
			code: "invalid_value",
			values: def.values,
			input,
			inst
		});
		return payload;
	};
});
const $ZodTransform = /*@__PURE__*/ $constructor("$ZodTransform", (inst, def) => {
	$ZodType.init(inst, def);
	inst._zod.optin = "optional";
	globalConfig.memoizer?.guard(inst);
	inst._zod.parse = (payload, ctx) => {
		if (ctx.direction === "backward") throw new $ZodEncodeError(inst.constructor.name);
		const _out = def.transform(payload.value, payload);
		if (ctx.async) return (_out instanceof Promise ? _out : Promise.resolve(_out)).then((output) => {
			payload.value = output;
			return payload;
		});
		if (_out instanceof Promise) throw new $ZodAsyncError();
		payload.value = _out;
		return payload;
	};
});
function handleOptionalResult(payload, result) {
	payload.value = result.issues.length ? void 0 : result.value;
	return payload;
}
const $ZodOptional = /*@__PURE__*/ $constructor("$ZodOptional", (inst, def) => {
	$ZodType.init(inst, def);
	defineLazyInternal(inst, "optin", (zod) => zod.def.innerType._zod.optin === "defaulted" ? "defaulted" : "optional");
	inst._zod.optout = "optional";
	defineLazyInternal(inst, "values", (zod) => {
		const values = zod.def.innerType._zod.values;
		return values ? /* @__PURE__ */ new Set([...values, void 0]) : void 0;
	});
	defineLazyInternal(inst, "pattern", (zod) => {
		const pattern = zod.def.innerType._zod.pattern;
		return pattern ? new RegExp(`^(${cleanRegex(pattern.source)})?$`) : void 0;
	});
	inst._zod.parse = (payload, ctx) => {
		if (payload.value === void 0) {
			if (def.innerType._zod.optin !== "defaulted") return payload;
			const result = def.innerType._zod.run({
				value: payload.value,
				issues: []
			}, ctx);
			if (result instanceof Promise) return result.then((result) => handleOptionalResult(payload, result));
			return handleOptionalResult(payload, result);
		}
		return def.innerType._zod.run(payload, ctx);
	};
});
const $ZodExactOptional = /*@__PURE__*/ $constructor("$ZodExactOptional", (inst, def) => {
	$ZodOptional.init(inst, def);
	defineLazyInternal(inst, "values", (zod) => zod.def.innerType._zod.values);
	defineLazyInternal(inst, "pattern", (zod) => zod.def.innerType._zod.pattern);
	inst._zod.parse = (payload, ctx) => {
		return def.innerType._zod.run(payload, ctx);
	};
});
const $ZodNullable = /*@__PURE__*/ $constructor("$ZodNullable", (inst, def) => {
	$ZodType.init(inst, def);
	defineLazyInternal(inst, "optin", (zod) => zod.def.innerType._zod.optin);
	defineLazyInternal(inst, "optout", (zod) => zod.def.innerType._zod.optout);
	defineLazyInternal(inst, "pattern", (zod) => {
		const pattern = zod.def.innerType._zod.pattern;
		return pattern ? new RegExp(`^(${cleanRegex(pattern.source)}|null)$`) : void 0;
	});
	defineLazyInternal(inst, "values", (zod) => {
		return zod.def.innerType._zod.values ? /* @__PURE__ */ new Set([...zod.def.innerType._zod.values, null]) : void 0;
	});
	inst._zod.parse = (payload, ctx) => {
		if (payload.value === null) return payload;
		return def.innerType._zod.run(payload, ctx);
	};
});
const $ZodDefault = /*@__PURE__*/ $constructor("$ZodDefault", (inst, def) => {
	$ZodType.init(inst, def);
	inst._zod.optin = "defaulted";
	defineLazyInternal(inst, "values", (zod) => zod.def.innerType._zod.values);
	inst._zod.parse = (payload, ctx) => {
		if (ctx.direction === "backward") return def.innerType._zod.run(payload, ctx);
		if (payload.value === void 0) {
			payload.value = def.defaultValue;
			/**
			* $ZodDefault returns the default value immediately in forward direction.
			* It doesn't pass the default value into the validator ("prefault"). There's no reason to pass the default value through validation. The validity of the default is enforced by TypeScript statically. Otherwise, it's the responsibility of the user to ensure the default is valid. In the case of pipes with divergent in/out types, you can specify the default on the `in` schema of your ZodPipe to set a "prefault" for the pipe.   */
			return payload;
		}
		const result = def.innerType._zod.run(payload, ctx);
		if (result instanceof Promise) return result.then((result) => handleDefaultResult(result, def));
		return handleDefaultResult(result, def);
	};
});
function handleDefaultResult(payload, def) {
	if (payload.value === void 0) payload.value = def.defaultValue;
	return payload;
}
const $ZodPrefault = /*@__PURE__*/ $constructor("$ZodPrefault", (inst, def) => {
	$ZodType.init(inst, def);
	inst._zod.optin = "defaulted";
	defineLazyInternal(inst, "values", (zod) => zod.def.innerType._zod.values);
	inst._zod.parse = (payload, ctx) => {
		if (ctx.direction === "backward") return def.innerType._zod.run(payload, ctx);
		if (payload.value === void 0) payload.value = def.defaultValue;
		return def.innerType._zod.run(payload, ctx);
	};
});
const $ZodNonOptional = /*@__PURE__*/ $constructor("$ZodNonOptional", (inst, def) => {
	$ZodType.init(inst, def);
	defineLazyInternal(inst, "values", (zod) => {
		const v = zod.def.innerType._zod.values;
		return v ? new Set([...v].filter((x) => x !== void 0)) : void 0;
	});
	inst._zod.parse = (payload, ctx) => {
		const result = def.innerType._zod.run(payload, ctx);
		if (result instanceof Promise) return result.then((result) => handleNonOptionalResult(result, inst));
		return handleNonOptionalResult(result, inst);
	};
});
function handleNonOptionalResult(payload, inst) {
	if (!payload.issues.length && payload.value === void 0) payload.issues.push({
		code: "invalid_type",
		expected: "nonoptional",
		input: payload.value,
		inst
	});
	return payload;
}
function handleCatchResult(payload, result, def, ctx) {
	if (!result.issues.length) {
		payload.value = result.value;
		if (result.memo) payload.memo = true;
		return payload;
	}
	payload.value = def.catchValue({
		...result,
		value: payload.value,
		error: { issues: result.issues.map((iss) => finalizeIssue(iss, ctx, config())) },
		input: payload.value
	});
	return payload;
}
const $ZodCatch = /*@__PURE__*/ $constructor("$ZodCatch", (inst, def) => {
	$ZodType.init(inst, def);
	defineLazyInternal(inst, "optin", (zod) => zod.def.innerType._zod.optin === "defaulted" ? "defaulted" : "optional");
	defineLazyInternal(inst, "optout", (zod) => zod.def.innerType._zod.optout);
	defineLazyInternal(inst, "values", (zod) => zod.def.innerType._zod.values);
	inst._zod.parse = (payload, ctx) => {
		if (ctx.direction === "backward") return def.innerType._zod.run(payload, ctx);
		const result = def.innerType._zod.run({
			value: payload.value,
			issues: []
		}, ctx);
		if (result instanceof Promise) return result.then((result) => handleCatchResult(payload, result, def, ctx));
		return handleCatchResult(payload, result, def, ctx);
	};
});
const $ZodPipe = /*@__PURE__*/ $constructor("$ZodPipe", (inst, def) => {
	$ZodType.init(inst, def);
	defineLazyInternal(inst, "values", (zod) => zod.def.in._zod.values);
	defineLazyInternal(inst, "optin", (zod) => zod.def.in._zod.optin);
	defineLazyInternal(inst, "optout", (zod) => zod.def.out._zod.optout);
	defineLazyInternal(inst, "propValues", (zod) => zod.def.in._zod.propValues);
	inst._zod.parse = (payload, ctx) => {
		if (ctx.direction === "backward") {
			const right = def.out._zod.run(payload, ctx);
			if (right instanceof Promise) return right.then((right) => handlePipeResult(right, def.in, ctx));
			return handlePipeResult(right, def.in, ctx);
		}
		const left = def.in._zod.run(payload, ctx);
		if (left instanceof Promise) return left.then((left) => handlePipeResult(left, def.out, ctx));
		return handlePipeResult(left, def.out, ctx);
	};
});
function handlePipeResult(left, next, ctx) {
	if (left.issues.some((iss) => iss.code !== "unrecognized_keys")) {
		left.aborted = true;
		return left;
	}
	return next._zod.run({
		value: left.value,
		issues: left.issues
	}, ctx);
}
const $ZodReadonly = /*@__PURE__*/ $constructor("$ZodReadonly", (inst, def) => {
	$ZodType.init(inst, def);
	defineLazyInternal(inst, "propValues", (zod) => zod.def.innerType._zod.propValues);
	defineLazyInternal(inst, "values", (zod) => zod.def.innerType._zod.values);
	defineLazyInternal(inst, "optin", (zod) => zod.def.innerType?._zod?.optin);
	defineLazyInternal(inst, "optout", (zod) => zod.def.innerType?._zod?.optout);
	inst._zod.parse = (payload, ctx) => {
		if (ctx.direction === "backward") return def.innerType._zod.run(payload, ctx);
		const result = def.innerType._zod.run(payload, ctx);
		if (result instanceof Promise) return result.then(handleReadonlyResult);
		return handleReadonlyResult(result);
	};
});
function handleReadonlyResult(payload) {
	if (!payload.memo) payload.value = Object.freeze(payload.value);
	return payload;
}
const $ZodCustom = /*@__PURE__*/ $constructor("$ZodCustom", (inst, def) => {
	$ZodCheck.init(inst, def);
	$ZodType.init(inst, def);
	inst._zod.parse = (payload, _) => {
		return payload;
	};
	inst._zod.check = (payload) => {
		const input = payload.value;
		const r = def.fn(input);
		if (r instanceof Promise) return r.then((r) => handleRefineResult(r, payload, input, inst));
		handleRefineResult(r, payload, input, inst);
	};
});
function handleRefineResult(result, payload, input, inst) {
	if (!result) {
		const _iss = {
			code: "custom",
			input,
			inst,
			path: [...inst._zod.def.path ?? []],
			continue: !inst._zod.def.abort
		};
		if (inst._zod.def.params) _iss.params = inst._zod.def.params;
		payload.issues.push(issue(_iss));
	}
}
// node_modules/zod/v4/core/memoizer.js
var $ZodCyclicError = class extends Error {
	constructor() {
		super(`Cannot parse a reference cycle that closes through a transform`);
		this.name = "ZodCyclicError";
	}
};
/** Keyed off the context object every schema in one parse call already shares. */
const STATE = "~memo";
const NO_ISSUES = [];
function isRef(value) {
	return value !== null && typeof value === "object";
}
function cloneIssues(issues) {
	return issues.map((iss) => iss.path ? {
		...iss,
		path: iss.path.slice()
	} : { ...iss });
}
const recursive = /*@__PURE__*/ new WeakMap();
/** What the walk established, in order of certainty: ordered so the strongest answer among children wins. */
const NONE = 0;
const ASSUMED = 1;
const PROVEN = 2;
/** Whether this schema's subtree contains a cycle, so one parse can re-enter it. */
function isRecursive(inst, stack, resolve) {
	const cached = recursive.get(inst);
	if (cached !== void 0) return cached ? PROVEN : NONE;
	if (stack.has(inst)) return PROVEN;
	stack.add(inst);
	let result = NONE;
	const check = (child) => {
		if (result !== PROVEN && child?._zod) {
			const answer = isRecursive(child, stack, resolve);
			if (answer > result) result = answer;
		}
	};
	const shape = (sh, spread) => {
		let answer = NONE;
		for (const key of Reflect.ownKeys(sh)) {
			const desc = Object.getOwnPropertyDescriptor(sh, key);
			if (spread && !desc.enumerable) continue;
			const child = desc.get ? ASSUMED : desc.value?._zod ? isRecursive(desc.value, stack, resolve) : NONE;
			if (child > answer) answer = child;
		}
		return answer;
	};
	const merge = (answer) => {
		if (answer > result) result = answer;
	};
	const def = inst._zod.def;
	switch (def.type) {
		case "object": {
			const raw = rawShape(def);
			merge(raw ? shape(raw, true) : ASSUMED);
			check(def.catchall);
			break;
		}
		case "array":
			check(def.element);
			break;
		case "tuple":
			for (const el of def.items) check(el);
			check(def.rest);
			break;
		case "record":
		case "map":
			check(def.keyType);
			check(def.valueType);
			break;
		case "set":
			check(def.valueType);
			break;
		case "union":
			for (const el of def.options) check(el);
			break;
		case "intersection":
			check(def.left);
			check(def.right);
			break;
		case "optional":
		case "nullable":
		case "default":
		case "prefault":
		case "catch":
		case "readonly":
		case "nonoptional":
		case "promise":
		case "success":
			check(def.innerType);
			break;
		case "pipe":
			check(def.in);
			check(def.out);
			break;
		case "function":
			check(def.input);
			check(def.output);
			break;
		case "lazy": {
			const inner = def._cachedInner ?? (resolve ? inst._zod.innerType : void 0);
			merge(inner ? isRecursive(inner, stack, false) : ASSUMED);
			break;
		}
		case "template_literal":
		case "string":
		case "number":
		case "int":
		case "boolean":
		case "bigint":
		case "symbol":
		case "undefined":
		case "null":
		case "void":
		case "never":
		case "any":
		case "unknown":
		case "date":
		case "nan":
		case "enum":
		case "literal":
		case "file":
		case "transform":
		case "custom": break;
		default: for (const key in def) {
			const desc = Object.getOwnPropertyDescriptor(def, key);
			if (!desc || desc.get) continue;
			const value = desc.value;
			if (!value || typeof value !== "object") continue;
			if (value._zod) check(value);
			else if (Array.isArray(value)) for (const el of value) check(el);
		}
	}
	stack.delete(inst);
	return settle(inst, result);
}
/** An assumed answer must not outlive the resolution that settles it, so only a certain one is cached. */
function settle(inst, answer) {
	if (answer !== ASSUMED) recursive.set(inst, answer === PROVEN);
	return answer;
}
function bucketFor(state, inst) {
	let bucket = state.buckets.get(inst);
	if (!bucket) {
		bucket = /* @__PURE__ */ new WeakMap();
		state.buckets.set(inst, bucket);
	}
	return bucket;
}
let handoff;
const open = [];
const memo = {
	alloc(_inst, payload, empty) {
		const bucket = handoff;
		if (!bucket) return empty;
		handoff = void 0;
		const entry = {
			value: empty,
			issues: null
		};
		bucket.set(payload.value, entry);
		open.push(entry);
		return empty;
	},
	guard(inst) {
		var _a;
		(_a = inst._zod).deferred ?? (_a.deferred = []);
		inst._zod.deferred.push(() => {
			const base = inst._zod.parse;
			const wrapped = (payload, ctx) => {
				if (ctx.direction !== "backward" && isBackEdge(ctx, payload.value)) throw new $ZodCyclicError();
				return base(payload, ctx);
			};
			inst._zod.parse = wrapped;
			if (inst._zod.run === base) inst._zod.run = wrapped;
		});
	},
	attach(inst) {
		var _a;
		let isRecursiveInst;
		let rechecked = false;
		let lastCtx;
		let lastBucket;
		(_a = inst._zod).deferred ?? (_a.deferred = []);
		inst._zod.deferred.push(() => {
			const base = inst._zod.parse;
			const wrapped = (payload, ctx) => {
				if (isRecursiveInst === void 0) {
					const walked = isRecursive(inst, /* @__PURE__ */ new Set(), false);
					if (walked === NONE) {
						inst._zod.parse = base;
						if (inst._zod.run === wrapped) inst._zod.run = base;
						return base(payload, ctx);
					}
					if (walked === PROVEN || rechecked) isRecursiveInst = true;
					else rechecked = true;
				}
				const input = payload.value;
				if (!isRef(input)) return base(payload, ctx);
				let state = ctx[STATE];
				if (!state) {
					state = {
						buckets: /* @__PURE__ */ new WeakMap(),
						backEdges: void 0
					};
					ctx[STATE] = state;
				}
				let bucket;
				if (lastCtx === ctx) bucket = lastBucket;
				else {
					bucket = bucketFor(state, inst);
					lastCtx = ctx;
					lastBucket = bucket;
				}
				const hit = bucket.get(input);
				if (hit) {
					payload.value = hit.value;
					if (hit.issues) {
						if (hit.issues.length) payload.issues.push(...cloneIssues(hit.issues));
					} else {
						payload.memo = true;
						state.backEdges ?? (state.backEdges = /* @__PURE__ */ new WeakSet());
						state.backEdges.add(hit.value);
					}
					return payload;
				}
				handoff = bucket;
				const depth = open.length;
				const result = base(payload, ctx);
				handoff = void 0;
				const entry = open.length > depth ? open.pop() : void 0;
				if (result instanceof Promise) return result.then((r) => {
					if (entry) entry.issues = r.issues.length ? cloneIssues(r.issues) : NO_ISSUES;
					return r;
				});
				if (entry) entry.issues = result.issues.length ? cloneIssues(result.issues) : NO_ISSUES;
				return result;
			};
			inst._zod.parse = wrapped;
			if (inst._zod.run === base) inst._zod.run = wrapped;
		});
	}
};
/** The memoizer that gives containers cycle support. `zod` installs it by default; `zod/mini` opts in with `config({ memoizer: memoizer() })`. */
function memoizer() {
	return memo;
}
/** Whether this value is a node a back-edge resolved to before it finished. */
function isBackEdge(ctx, value) {
	const backEdges = ctx[STATE]?.backEdges;
	return backEdges !== void 0 && isRef(value) && backEdges.has(value);
}
// node_modules/zod/v4/locales/en.js
const error = () => {
	const Sizable = {
		string: {
			unit: "characters",
			verb: "to have"
		},
		file: {
			unit: "bytes",
			verb: "to have"
		},
		array: {
			unit: "items",
			verb: "to have"
		},
		set: {
			unit: "items",
			verb: "to have"
		},
		map: {
			unit: "entries",
			verb: "to have"
		}
	};
	function getSizing(origin) {
		return Sizable[origin] ?? null;
	}
	const FormatDictionary = {
		regex: "input",
		email: "email address",
		url: "URL",
		emoji: "emoji",
		uuid: "UUID",
		uuidv4: "UUIDv4",
		uuidv6: "UUIDv6",
		nanoid: "nanoid",
		guid: "GUID",
		cuid: "cuid",
		cuid2: "cuid2",
		ulid: "ULID",
		xid: "XID",
		ksuid: "KSUID",
		datetime: "ISO datetime",
		date: "ISO date",
		time: "ISO time",
		duration: "ISO duration",
		ipv4: "IPv4 address",
		ipv6: "IPv6 address",
		mac: "MAC address",
		cidrv4: "IPv4 range",
		cidrv6: "IPv6 range",
		base64: "base64-encoded string",
		base64url: "base64url-encoded string",
		json_string: "JSON string",
		e164: "E.164 number",
		currency_code: "currency code",
		credit_card: "credit card number",
		iban: "IBAN",
		jwt: "JWT",
		template_literal: "input"
	};
	const TypeDictionary = { nan: "NaN" };
	function getTypeName(type, input) {
		if (type === "number" && typeof input === "number" && !Number.isFinite(input)) return String(input);
		return TypeDictionary[type] ?? type;
	}
	return (issue) => {
		switch (issue.code) {
			case "invalid_type": return `Invalid input: expected ${getTypeName(issue.expected)}, received ${getTypeName(parsedType(issue.input), issue.input)}`;
			case "invalid_value":
				if (issue.values.length === 1) return `Invalid input: expected ${stringifyPrimitive(issue.values[0])}`;
				return `Invalid option: expected one of ${joinValues(issue.values, "|")}`;
			case "too_big": {
				const adj = issue.exact ? "exactly " : issue.inclusive ? "<=" : "<";
				const sizing = getSizing(issue.origin);
				if (sizing) return `Too big: expected ${issue.origin ?? "value"} to have ${adj}${issue.maximum.toString()} ${sizing.unit ?? "elements"}`;
				return `Too big: expected ${issue.origin ?? "value"} to be ${adj}${issue.maximum.toString()}`;
			}
			case "too_small": {
				const adj = issue.exact ? "exactly " : issue.inclusive ? ">=" : ">";
				const sizing = getSizing(issue.origin);
				if (sizing) return `Too small: expected ${issue.origin} to have ${adj}${issue.minimum.toString()} ${sizing.unit}`;
				return `Too small: expected ${issue.origin} to be ${adj}${issue.minimum.toString()}`;
			}
			case "invalid_format": {
				const _issue = issue;
				if (_issue.format === "starts_with") return `Invalid string: must start with "${_issue.prefix}"`;
				if (_issue.format === "ends_with") return `Invalid string: must end with "${_issue.suffix}"`;
				if (_issue.format === "includes") return `Invalid string: must include "${_issue.includes}"`;
				if (_issue.format === "regex") return `Invalid string: must match pattern ${_issue.pattern}`;
				return `Invalid ${FormatDictionary[_issue.format] ?? issue.format}`;
			}
			case "not_multiple_of": return `Invalid number: must be a multiple of ${issue.divisor}`;
			case "unrecognized_keys": return `Unrecognized key${issue.keys.length > 1 ? "s" : ""}: ${joinValues(issue.keys, ", ")}`;
			case "invalid_key": return `Invalid key in ${issue.origin}`;
			case "invalid_union":
				if (issue.options && Array.isArray(issue.options) && issue.options.length > 0) return `Invalid discriminator value. Expected ${issue.options.map((o) => `'${o}'`).join(" | ")}`;
				if (issue.inclusive === false) return "Invalid input: more than one option matched";
				return "Invalid input";
			case "invalid_element": return `Invalid value in ${issue.origin}`;
			default: return `Invalid input`;
		}
	};
};
function en_default() {
	return { localeError: error() };
}
// node_modules/zod/v4/core/registries.js
var _a;
var $ZodRegistry = class {
	constructor() {
		this._map = /* @__PURE__ */ new WeakMap();
		this._idmap = /* @__PURE__ */ new Map();
	}
	add(schema, ..._meta) {
		const meta = _meta[0];
		this._map.set(schema, meta);
		if (meta && typeof meta === "object" && "id" in meta) this._idmap.set(meta.id, schema);
		return this;
	}
	clear() {
		this._map = /* @__PURE__ */ new WeakMap();
		this._idmap = /* @__PURE__ */ new Map();
		return this;
	}
	remove(schema) {
		const meta = this._map.get(schema);
		if (meta && typeof meta === "object" && "id" in meta) this._idmap.delete(meta.id);
		this._map.delete(schema);
		return this;
	}
	get(schema) {
		const p = schema._zod.parent;
		if (p) {
			const pm = { ...this.get(p) ?? {} };
			delete pm.id;
			const f = {
				...pm,
				...this._map.get(schema)
			};
			return Object.keys(f).length ? f : void 0;
		}
		return this._map.get(schema);
	}
	has(schema) {
		return this._map.has(schema);
	}
};
function registry() {
	return new $ZodRegistry();
}
(_a = globalThis).__zod_globalRegistry ?? (_a.__zod_globalRegistry = registry());
const globalRegistry = globalThis.__zod_globalRegistry;
// node_modules/zod/v4/core/api.js
function snapshotChecks(def) {
	if (def.checks) def.checks = [...def.checks];
	return def;
}
// @__NO_SIDE_EFFECTS__
function _string(Class, params) {
	return new Class(snapshotChecks({
		type: "string",
		...normalizeParams(params)
	}));
}
// @__NO_SIDE_EFFECTS__
function _email(Class, params) {
	return new Class({
		type: "string",
		format: "email",
		check: "string_format",
		abort: false,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _guid(Class, params) {
	return new Class({
		type: "string",
		format: "guid",
		check: "string_format",
		abort: false,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _uuid(Class, params) {
	return new Class({
		type: "string",
		format: "uuid",
		check: "string_format",
		abort: false,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _uuidv4(Class, params) {
	return new Class({
		type: "string",
		format: "uuid",
		check: "string_format",
		abort: false,
		version: "v4",
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _uuidv6(Class, params) {
	return new Class({
		type: "string",
		format: "uuid",
		check: "string_format",
		abort: false,
		version: "v6",
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _uuidv7(Class, params) {
	return new Class({
		type: "string",
		format: "uuid",
		check: "string_format",
		abort: false,
		version: "v7",
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _url(Class, params) {
	return new Class({
		type: "string",
		format: "url",
		check: "string_format",
		abort: false,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _emoji(Class, params) {
	return new Class({
		type: "string",
		format: "emoji",
		check: "string_format",
		abort: false,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _nanoid(Class, params) {
	return new Class({
		type: "string",
		format: "nanoid",
		check: "string_format",
		abort: false,
		...normalizeParams(params)
	});
}
/**
* @deprecated CUID v1 is deprecated by its authors due to information leakage
* (timestamps embedded in the id). Use {@link _cuid2} instead.
* See https://github.com/paralleldrive/cuid.
*/
// @__NO_SIDE_EFFECTS__
function _cuid(Class, params) {
	return new Class({
		type: "string",
		format: "cuid",
		check: "string_format",
		abort: false,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _cuid2(Class, params) {
	return new Class({
		type: "string",
		format: "cuid2",
		check: "string_format",
		abort: false,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _ulid(Class, params) {
	return new Class({
		type: "string",
		format: "ulid",
		check: "string_format",
		abort: false,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _xid(Class, params) {
	return new Class({
		type: "string",
		format: "xid",
		check: "string_format",
		abort: false,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _ksuid(Class, params) {
	return new Class({
		type: "string",
		format: "ksuid",
		check: "string_format",
		abort: false,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _ipv4(Class, params) {
	return new Class({
		type: "string",
		format: "ipv4",
		check: "string_format",
		abort: false,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _ipv6(Class, params) {
	return new Class({
		type: "string",
		format: "ipv6",
		check: "string_format",
		abort: false,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _cidrv4(Class, params) {
	return new Class({
		type: "string",
		format: "cidrv4",
		check: "string_format",
		abort: false,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _cidrv6(Class, params) {
	return new Class({
		type: "string",
		format: "cidrv6",
		check: "string_format",
		abort: false,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _base64(Class, params) {
	return new Class({
		type: "string",
		format: "base64",
		check: "string_format",
		abort: false,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _base64url(Class, params) {
	return new Class({
		type: "string",
		format: "base64url",
		check: "string_format",
		abort: false,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _e164(Class, params) {
	return new Class({
		type: "string",
		format: "e164",
		check: "string_format",
		abort: false,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _jwt(Class, params) {
	return new Class({
		type: "string",
		format: "jwt",
		check: "string_format",
		abort: false,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _isoDateTime(Class, params) {
	return new Class({
		type: "string",
		format: "datetime",
		check: "string_format",
		offset: false,
		local: false,
		precision: null,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _isoDate(Class, params) {
	return new Class({
		type: "string",
		format: "date",
		check: "string_format",
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _isoTime(Class, params) {
	return new Class({
		type: "string",
		format: "time",
		check: "string_format",
		precision: null,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _isoDuration(Class, params) {
	return new Class({
		type: "string",
		format: "duration",
		check: "string_format",
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _number(Class, params) {
	return new Class(snapshotChecks({
		type: "number",
		checks: [],
		...normalizeParams(params)
	}));
}
// @__NO_SIDE_EFFECTS__
function _int(Class, params) {
	return new Class({
		type: "number",
		check: "number_format",
		abort: false,
		format: "safeint",
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _unknown(Class) {
	return new Class({ type: "unknown" });
}
// @__NO_SIDE_EFFECTS__
function _never(Class, params) {
	return new Class({
		type: "never",
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _lt(value, params) {
	return new $ZodCheckLessThan({
		check: "less_than",
		...normalizeParams(params),
		value,
		inclusive: false
	});
}
// @__NO_SIDE_EFFECTS__
function _lte(value, params) {
	return new $ZodCheckLessThan({
		check: "less_than",
		...normalizeParams(params),
		value,
		inclusive: true
	});
}
// @__NO_SIDE_EFFECTS__
function _gt(value, params) {
	return new $ZodCheckGreaterThan({
		check: "greater_than",
		...normalizeParams(params),
		value,
		inclusive: false
	});
}
// @__NO_SIDE_EFFECTS__
function _gte(value, params) {
	return new $ZodCheckGreaterThan({
		check: "greater_than",
		...normalizeParams(params),
		value,
		inclusive: true
	});
}
// @__NO_SIDE_EFFECTS__
function _multipleOf(value, params) {
	return new $ZodCheckMultipleOf({
		check: "multiple_of",
		...normalizeParams(params),
		value
	});
}
// @__NO_SIDE_EFFECTS__
function _maxLength(maximum, params) {
	return new $ZodCheckMaxLength({
		check: "max_length",
		...normalizeParams(params),
		maximum
	});
}
// @__NO_SIDE_EFFECTS__
function _minLength(minimum, params) {
	return new $ZodCheckMinLength({
		check: "min_length",
		...normalizeParams(params),
		minimum
	});
}
// @__NO_SIDE_EFFECTS__
function _length(length, params) {
	return new $ZodCheckLengthEquals({
		check: "length_equals",
		...normalizeParams(params),
		length
	});
}
// @__NO_SIDE_EFFECTS__
function _regex(pattern, params) {
	return new $ZodCheckRegex({
		check: "string_format",
		format: "regex",
		...normalizeParams(params),
		pattern
	});
}
// @__NO_SIDE_EFFECTS__
function _lowercase(params) {
	return new $ZodCheckLowerCase({
		check: "string_format",
		format: "lowercase",
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _uppercase(params) {
	return new $ZodCheckUpperCase({
		check: "string_format",
		format: "uppercase",
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _includes(includes, params) {
	return new $ZodCheckIncludes({
		check: "string_format",
		format: "includes",
		...normalizeParams(params),
		includes
	});
}
// @__NO_SIDE_EFFECTS__
function _startsWith(prefix, params) {
	return new $ZodCheckStartsWith({
		check: "string_format",
		format: "starts_with",
		...normalizeParams(params),
		prefix
	});
}
// @__NO_SIDE_EFFECTS__
function _endsWith(suffix, params) {
	return new $ZodCheckEndsWith({
		check: "string_format",
		format: "ends_with",
		...normalizeParams(params),
		suffix
	});
}
// @__NO_SIDE_EFFECTS__
function _overwrite(tx) {
	return new $ZodCheckOverwrite({
		check: "overwrite",
		tx
	});
}
// @__NO_SIDE_EFFECTS__
function _normalize(form) {
	return /* @__PURE__ */ _overwrite((input) => input.normalize(form));
}
// @__NO_SIDE_EFFECTS__
function _trim() {
	return /* @__PURE__ */ _overwrite((input) => input.trim());
}
// @__NO_SIDE_EFFECTS__
function _toLowerCase() {
	return /* @__PURE__ */ _overwrite((input) => input.toLowerCase());
}
// @__NO_SIDE_EFFECTS__
function _toUpperCase() {
	return /* @__PURE__ */ _overwrite((input) => input.toUpperCase());
}
// @__NO_SIDE_EFFECTS__
function _slugify() {
	return /* @__PURE__ */ _overwrite((input) => slugify(input));
}
// @__NO_SIDE_EFFECTS__
function _array(Class, element, params) {
	return new Class({
		type: "array",
		element,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _refine(Class, fn, _params) {
	return new Class({
		type: "custom",
		check: "custom",
		fn,
		...normalizeParams(_params)
	});
}
// @__NO_SIDE_EFFECTS__
function _superRefine(fn, params) {
	const ch = /* @__PURE__ */ _check((payload) => {
		payload.addIssue = (issue$2) => {
			if (typeof issue$2 === "string") payload.issues.push(issue(issue$2, payload.value, ch._zod.def));
			else {
				const _issue = issue$2;
				if (_issue.fatal) _issue.continue = false;
				_issue.code ?? (_issue.code = "custom");
				if (!("input" in _issue)) _issue.input = payload.value;
				_issue.inst ?? (_issue.inst = ch);
				_issue.continue ?? (_issue.continue = !ch._zod.def.abort);
				payload.issues.push(issue(_issue));
			}
		};
		return fn(payload.value, payload);
	}, params);
	return ch;
}
// @__NO_SIDE_EFFECTS__
function _check(fn, params) {
	const ch = new $ZodCheck({
		check: "custom",
		...normalizeParams(params)
	});
	ch._zod.check = fn;
	return ch;
}
// @__NO_SIDE_EFFECTS__
function _stringFormat(Class, format, fnOrRegex, _params = {}) {
	const params = normalizeParams(_params);
	const def = {
		check: "string_format",
		type: "string",
		format,
		fn: typeof fnOrRegex === "function" ? fnOrRegex : (val) => fnOrRegex.test(val),
		...params
	};
	if (fnOrRegex instanceof RegExp) def.pattern = fnOrRegex;
	return new Class(def);
}
// node_modules/zod/v4/core/to-json-schema.js
function assignProps(target, ...sources) {
	for (const source of sources) for (const key of Reflect.ownKeys(source)) if (Object.prototype.propertyIsEnumerable.call(source, key)) assignProp(target, key, source[key]);
	return target;
}
function initializeContext(params) {
	let target = params?.target ?? "draft-2020-12";
	if (target === "draft-4") target = "draft-04";
	if (target === "draft-7") target = "draft-07";
	return {
		processors: params.processors ?? {},
		metadataRegistry: params?.metadata ?? globalRegistry,
		target,
		unrepresentable: params?.unrepresentable ?? "throw",
		override: params?.override ?? (() => {}),
		io: params?.io ?? "output",
		counter: 0,
		seen: /* @__PURE__ */ new Map(),
		sharedDefsExtractedFor: void 0,
		sharedEmitDoneFor: void 0,
		cycles: params?.cycles ?? "ref",
		reused: params?.reused ?? "inline",
		intersections: [],
		deferred: [],
		external: params?.external ?? void 0
	};
}
/**
* Applies the `unrepresentable` setting at a site that has no JSON Schema equivalent. Throws
* `message` unless the setting (or the handler's return value) says otherwise. Returns `true` if a
* custom JSON Schema was written into `json`, in which case the caller must not write its own.
*/
function handleUnrepresentable(schema, ctx, json, params, message) {
	const result = typeof ctx.unrepresentable === "function" ? ctx.unrepresentable({
		zodSchema: schema,
		path: params.path,
		message
	}) : ctx.unrepresentable;
	if (result === "any") return false;
	if (result === void 0 || result === "throw") throw new Error(message);
	Object.assign(json, result);
	return true;
}
function processSchema(schema, ctx, _params = {
	path: [],
	schemaPath: []
}) {
	var _a;
	const def = schema._zod.def;
	const seen = ctx.seen.get(schema);
	if (seen) {
		seen.count++;
		if (_params.schemaPath.includes(schema)) seen.cycle = _params.path;
		return seen.schema;
	}
	const result = {
		schema: {},
		count: 1,
		cycle: void 0,
		path: _params.path
	};
	ctx.seen.set(schema, result);
	ctx.sharedDefsExtractedFor = void 0;
	ctx.sharedEmitDoneFor = void 0;
	const overrideSchema = schema._zod.toJSONSchema?.();
	if (overrideSchema) result.schema = overrideSchema;
	else {
		const params = {
			..._params,
			schemaPath: [..._params.schemaPath, schema],
			path: _params.path
		};
		if (schema._zod.processJSONSchema) schema._zod.processJSONSchema(ctx, result.schema, params);
		else {
			const _json = result.schema;
			const processor = ctx.processors[def.type];
			if (!processor) throw new Error(`[toJSONSchema]: Non-representable type encountered: ${def.type}`);
			processor(schema, ctx, _json, params);
		}
		const parent = schema._zod.parent;
		if (parent) {
			if (!result.ref) result.ref = parent;
			processSchema(parent, ctx, params);
			ctx.seen.get(parent).isParent = true;
		}
	}
	const meta = ctx.metadataRegistry.get(schema);
	if (meta) assignProps(result.schema, meta);
	if (ctx.io === "input" && isTransforming(schema)) {
		delete result.schema.examples;
		delete result.schema.default;
	}
	if (ctx.io === "input" && "_prefault" in result.schema) (_a = result.schema).default ?? (_a.default = result.schema._prefault);
	delete result.schema._prefault;
	return ctx.seen.get(schema).schema;
}
function encodeJSONPointerSegment(segment) {
	return segment.replace(/~/g, "~0").replace(/\//g, "~1");
}
function extractDefs(ctx, schema) {
	const root = ctx.seen.get(schema);
	if (!root) throw new Error("Unprocessed schema. This is a bug in Zod.");
	if (ctx.external && ctx.sharedDefsExtractedFor === ctx.external) return;
	const idToSchema = /* @__PURE__ */ new Map();
	for (const entry of ctx.seen.entries()) {
		const id = ctx.metadataRegistry.get(entry[0])?.id;
		if (id) {
			const existing = idToSchema.get(id);
			if (existing && existing !== entry[0]) throw new Error(`Duplicate schema id "${id}" detected during JSON Schema conversion. Two different schemas cannot share the same id when converted together.`);
			idToSchema.set(id, entry[0]);
		}
	}
	const makeURI = (entry) => {
		const defsSegment = ctx.target === "draft-2020-12" ? "$defs" : "definitions";
		if (ctx.external) {
			const externalId = ctx.external.registry.get(entry[0])?.id;
			const uriGenerator = ctx.external.uri ?? ((id) => id);
			if (externalId) return { ref: uriGenerator(externalId) };
			const id = entry[1].defId ?? entry[1].schema.id ?? `schema${ctx.counter++}`;
			entry[1].defId = id;
			return {
				defId: id,
				ref: `${uriGenerator("__shared")}#/${defsSegment}/${encodeJSONPointerSegment(id)}`
			};
		}
		const uriPrefix = `#`;
		const defUriPrefix = `${uriPrefix}/${defsSegment}/`;
		if (entry[1] === root && !entry[1].schema.id) return { ref: uriPrefix };
		const defId = entry[1].schema.id ?? `__schema${ctx.counter++}`;
		return {
			defId,
			ref: defUriPrefix + encodeJSONPointerSegment(defId)
		};
	};
	const extractToDef = (entry) => {
		if (entry[1].schema.$ref) return;
		const seen = entry[1];
		const { ref, defId } = makeURI(entry);
		seen.def = { ...seen.schema };
		if (defId) seen.defId = defId;
		const schema = seen.schema;
		for (const key in schema) delete schema[key];
		schema.$ref = ref;
	};
	if (ctx.cycles === "throw") for (const entry of ctx.seen.entries()) {
		const seen = entry[1];
		if (seen.cycle) throw new Error(`Cycle detected: #/${seen.cycle?.join("/")}/<root>

Set the \`cycles\` parameter to \`"ref"\` to resolve cyclical schemas with defs.`);
	}
	for (const entry of ctx.seen.entries()) {
		const seen = entry[1];
		if (schema === entry[0]) {
			extractToDef(entry);
			continue;
		}
		if (ctx.external) {
			const ext = ctx.external.registry.get(entry[0])?.id;
			if (schema !== entry[0] && ext) {
				extractToDef(entry);
				continue;
			}
		}
		if (ctx.metadataRegistry.get(entry[0])?.id) {
			extractToDef(entry);
			continue;
		}
		if (seen.cycle) {
			extractToDef(entry);
			continue;
		}
		if (seen.count > 1) {
			if (ctx.reused === "ref") extractToDef(entry);
		}
	}
	if (ctx.external) ctx.sharedDefsExtractedFor = ctx.external;
}
/** Rewrites `anyOf: [{type: "a"}, {type: "b"}]` to `type: ["a", "b"]`, which every JSON Schema draft treats as equivalent and most consumers render far better for the nullable case. Only branches that are a bare type assertion qualify — anything carrying a constraint, `$ref`, `const` or metadata is left alone. Runs after `flattenRef`, so a branch an override decorated or `$defs` extraction turned into a `$ref` is no longer bare and correctly stays in `anyOf`. `oneOf` is excluded: `integer` and `number` overlap, so "exactly one" and "at least one" are not the same there. OpenAPI 3.0 is excluded: its `type` must be a single string. */
function compactTypeUnion(schema) {
	const options = schema.anyOf;
	if (!Array.isArray(options) || options.length === 0 || schema.type !== void 0) return;
	const types = [];
	for (const option of options) {
		if (!option || typeof option !== "object") return;
		compactTypeUnion(option);
		const keys = Object.keys(option);
		if (keys.length !== 1 || keys[0] !== "type") return;
		const type = option.type;
		for (const member of Array.isArray(type) ? type : [type]) {
			if (typeof member !== "string") return;
			if (!types.includes(member)) types.push(member);
		}
	}
	delete schema.anyOf;
	schema.type = types.length === 1 ? types[0] : types;
}
/** Keywords `foldIntersection` knows how to combine. Anything else — `$ref`, `patternProperties`,
* an annotation like `description` — makes a member unfoldable, so a constraint this does not
* understand leaves the `allOf` alone instead of being silently dropped or misattributed. */
const FOLDABLE_KEYS = /* @__PURE__ */ new Set([
	"type",
	"properties",
	"required",
	"additionalProperties"
]);
const UNION_KEYS = ["oneOf", "anyOf"];
/** A member's constraint on a key it does not declare itself. A `catchall` states one; `false`, an absent `additionalProperties`, and the empty schema a loose object emits state nothing. */
function undeclaredConstraint(member) {
	const extra = member.additionalProperties;
	if (extra === void 0 || extra === false || typeof extra !== "object" || extra === null) return null;
	return Object.keys(extra).length ? extra : null;
}
/** Combines object members into the single object they describe together, or returns `null` if any of them carries a keyword outside {@link FOLDABLE_KEYS}. */
function foldObjects(members) {
	const objects = [];
	for (const member of members) {
		if (typeof member !== "object" || member.type !== "object") return null;
		for (const key in member) if (!FOLDABLE_KEYS.has(key)) return null;
		objects.push(member);
	}
	const properties = {};
	const required = /* @__PURE__ */ new Set();
	for (const object of objects) {
		for (const key in object.properties) {
			if (Object.prototype.hasOwnProperty.call(properties, key)) continue;
			const parts = [];
			for (const other of objects) {
				const part = other.properties?.[key] ?? undeclaredConstraint(other);
				if (part === null || part === void 0) continue;
				if (!parts.some((seen) => JSON.stringify(seen) === JSON.stringify(part))) parts.push(part);
			}
			assignProp(properties, key, parts.length === 1 ? parts[0] : foldObjects(parts) ?? { allOf: parts });
		}
		for (const key of object.required ?? []) required.add(key);
	}
	const folded = {
		type: "object",
		properties
	};
	if (required.size) folded.required = [...required];
	if (objects.every((object) => object.additionalProperties === false)) folded.additionalProperties = false;
	else {
		const constraints = [];
		for (const object of objects) {
			const constraint = undeclaredConstraint(object);
			if (constraint && !constraints.some((seen) => JSON.stringify(seen) === JSON.stringify(constraint))) constraints.push(constraint);
		}
		if (constraints.length === 1) folded.additionalProperties = constraints[0];
		else if (constraints.length > 1) folded.additionalProperties = { allOf: constraints };
	}
	return folded;
}
/** `additionalProperties` in an `allOf` member sees only that member's own `properties`, so two
* closed object members reject each other's keys and the schema validates nothing. Zod's parser
* pools the key sets instead — `handleIntersectionResults` reports a key as unrecognized only when
* *every* side rejects it — so the emitted schema has to pool them too, and folding the members
* into one object is the encoding that says so on every target.
*
* This runs from `finalize`, after `extractDefs`, which is what keeps it clear of the `$ref`
* machinery: a member extracted into `$defs` is already a `$ref` by now and declines to fold, so it
* keeps its reference and its own closedness rather than being inlined as a stale copy. */
function foldIntersection(json) {
	const allOf = json.allOf;
	if (!Array.isArray(allOf) || allOf.length < 2) return;
	for (const key of FOLDABLE_KEYS) if (key in json) return;
	const unions = allOf.filter((m) => UNION_KEYS.some((k) => Array.isArray(m[k])));
	let folded = null;
	if (!unions.length) folded = foldObjects(allOf);
	else {
		const union = unions[0];
		const keyword = UNION_KEYS.find((k) => Array.isArray(union[k]));
		if (Object.keys(union).length !== 1) return;
		const rest = allOf.filter((m) => m !== union);
		const branches = union[keyword].map((branch) => foldObjects([...rest, branch]));
		if (branches.some((b) => !b)) return;
		folded = { [keyword]: branches };
	}
	if (!folded) return;
	delete json.allOf;
	assignProps(json, folded);
}
function finalize(ctx, schema) {
	const root = ctx.seen.get(schema);
	if (!root) throw new Error("Unprocessed schema. This is a bug in Zod.");
	const flattenRef = (zodSchema) => {
		const seen = ctx.seen.get(zodSchema);
		if (seen.ref === null) return;
		const schema = seen.def ?? seen.schema;
		const _cached = { ...schema };
		const ref = seen.ref;
		seen.ref = null;
		if (ref) {
			flattenRef(ref);
			const refSeen = ctx.seen.get(ref);
			const refSchema = refSeen.schema;
			if (refSchema.$ref && (ctx.target === "draft-07" || ctx.target === "draft-04" || ctx.target === "openapi-3.0")) {
				schema.allOf = schema.allOf ?? [];
				schema.allOf.push(refSchema);
			} else assignProps(schema, refSchema);
			assignProps(schema, _cached);
			if (zodSchema._zod.parent === ref) for (const key in schema) {
				if (key === "$ref" || key === "allOf") continue;
				if (!(key in _cached)) delete schema[key];
			}
			if (refSchema.$ref && refSeen.def) for (const key in schema) {
				if (key === "$ref" || key === "allOf") continue;
				if (key in refSeen.def && JSON.stringify(schema[key]) === JSON.stringify(refSeen.def[key])) delete schema[key];
			}
		}
		const parent = zodSchema._zod.parent;
		if (parent && parent !== ref) {
			flattenRef(parent);
			const parentSeen = ctx.seen.get(parent);
			if (parentSeen?.schema.$ref) {
				schema.$ref = parentSeen.schema.$ref;
				if (parentSeen.def) for (const key in schema) {
					if (key === "$ref" || key === "allOf") continue;
					if (key in parentSeen.def && JSON.stringify(schema[key]) === JSON.stringify(parentSeen.def[key])) delete schema[key];
				}
			}
		}
		ctx.override({
			zodSchema,
			jsonSchema: schema,
			path: seen.path ?? []
		});
	};
	if (!ctx.external || ctx.sharedEmitDoneFor !== ctx.external) {
		for (const entry of [...ctx.seen.entries()].reverse()) flattenRef(entry[0]);
		if (ctx.target !== "openapi-3.0") for (const entry of ctx.seen.entries()) compactTypeUnion(entry[1].def ?? entry[1].schema);
		for (const rewrite of ctx.deferred) rewrite();
		if (ctx.intersections.length) {
			const carriers = /* @__PURE__ */ new Map();
			for (const seen of ctx.seen.values()) for (const json of [seen.schema, seen.def]) {
				const allOf = json?.allOf;
				if (!Array.isArray(allOf)) continue;
				const existing = carriers.get(allOf);
				if (existing) existing.push(json);
				else carriers.set(allOf, [json]);
			}
			for (const allOf of ctx.intersections) for (const json of carriers.get(allOf) ?? []) foldIntersection(json);
		}
	}
	const result = {};
	if (ctx.target === "draft-2020-12") result.$schema = "https://json-schema.org/draft/2020-12/schema";
	else if (ctx.target === "draft-07") result.$schema = "http://json-schema.org/draft-07/schema#";
	else if (ctx.target === "draft-04") result.$schema = "http://json-schema.org/draft-04/schema#";
	else if (ctx.target === "openapi-3.0") {}
	if (ctx.external?.uri) {
		const id = ctx.external.registry.get(schema)?.id;
		if (!id) throw new Error("Schema is missing an `id` property");
		result.$id = ctx.external.uri(id);
	}
	assignProps(result, root.defId ? root.schema : root.def ?? root.schema);
	const rootMetaId = ctx.metadataRegistry.get(schema)?.id;
	if (rootMetaId !== void 0 && result.id === rootMetaId) delete result.id;
	const defs = ctx.external?.defs ?? {};
	if (!ctx.external || ctx.sharedEmitDoneFor !== ctx.external) for (const entry of ctx.seen.entries()) {
		const seen = entry[1];
		if (seen.def && seen.defId) {
			if (seen.def.id === seen.defId) delete seen.def.id;
			assignProp(defs, seen.defId, seen.def);
		}
	}
	if (ctx.external) ctx.sharedEmitDoneFor = ctx.external;
	if (ctx.external) {} else if (Object.keys(defs).length > 0) {
		if (ctx.target === "draft-2020-12") result.$defs = defs;
		else result.definitions = defs;
	}
	try {
		const finalized = JSON.parse(JSON.stringify(result));
		Object.defineProperty(finalized, "~standard", {
			value: {
				...schema["~standard"],
				jsonSchema: {
					input: createStandardJSONSchemaMethod(schema, "input", ctx.processors),
					output: createStandardJSONSchemaMethod(schema, "output", ctx.processors)
				}
			},
			enumerable: false,
			writable: false
		});
		return finalized;
	} catch (_err) {
		throw new Error("Error converting schema to JSON.");
	}
}
function isTransforming(_schema, _ctx) {
	const ctx = _ctx ?? { seen: /* @__PURE__ */ new Set() };
	if (ctx.seen.has(_schema)) return false;
	ctx.seen.add(_schema);
	const def = _schema._zod.def;
	if (def.type === "transform") return true;
	if (def.type === "array") return isTransforming(def.element, ctx);
	if (def.type === "set") return isTransforming(def.valueType, ctx);
	if (def.type === "lazy") return isTransforming(def.getter(), ctx);
	if (def.type === "promise" || def.type === "optional" || def.type === "nonoptional" || def.type === "nullable" || def.type === "readonly" || def.type === "default" || def.type === "prefault" || def.type === "catch") return isTransforming(def.innerType, ctx);
	if (def.type === "intersection") return isTransforming(def.left, ctx) || isTransforming(def.right, ctx);
	if (def.type === "record" || def.type === "map") return isTransforming(def.keyType, ctx) || isTransforming(def.valueType, ctx);
	if (def.type === "pipe") {
		if (_schema._zod.traits.has("$ZodCodec")) return true;
		return isTransforming(def.in, ctx) || isTransforming(def.out, ctx);
	}
	if (def.type === "object") {
		for (const key in def.shape) if (isTransforming(def.shape[key], ctx)) return true;
		return false;
	}
	if (def.type === "union") {
		for (const option of def.options) if (isTransforming(option, ctx)) return true;
		return false;
	}
	if (def.type === "tuple") {
		for (const item of def.items) if (isTransforming(item, ctx)) return true;
		if (def.rest && isTransforming(def.rest, ctx)) return true;
		return false;
	}
	return false;
}
/**
* Creates a toJSONSchema method for a schema instance.
* This encapsulates the logic of initializing context, processing, extracting defs, and finalizing.
*/
const createToJSONSchemaMethod = (schema, processors = {}) => (params) => {
	const ctx = initializeContext({
		...params,
		processors
	});
	processSchema(schema, ctx);
	extractDefs(ctx, schema);
	return finalize(ctx, schema);
};
const createStandardJSONSchemaMethod = (schema, io, processors = {}) => (params) => {
	const { libraryOptions, target } = params ?? {};
	const ctx = initializeContext({
		...libraryOptions ?? {},
		target,
		io,
		processors
	});
	processSchema(schema, ctx);
	extractDefs(ctx, schema);
	return finalize(ctx, schema);
};
// node_modules/zod/v4/core/json-schema-processors.js
const narrowMin = (agg, key, value) => {
	if (agg[key] === void 0 || value > agg[key]) agg[key] = value;
};
const narrowMax = (agg, key, value) => {
	if (agg[key] === void 0 || value < agg[key]) agg[key] = value;
};
const narrowBoth = (agg, value) => {
	narrowMin(agg, "minimum", value);
	narrowMax(agg, "maximum", value);
};
const addDivisor = (agg, value) => {
	agg.multipleOf ?? (agg.multipleOf = []);
	if (!agg.multipleOf.includes(value)) agg.multipleOf.push(value);
};
const addPattern = (agg, pattern) => {
	agg.patterns ?? (agg.patterns = /* @__PURE__ */ new Set());
	agg.patterns.add(pattern);
};
const intersectMime = (agg, mime) => {
	agg.mime = agg.mime ? agg.mime.filter((m) => mime.includes(m)) : [...mime];
};
const setFormat = (agg, format) => {
	agg.format = format;
	if (format.includes("int")) agg.isInt = true;
};
const minContributor = (agg, def) => narrowMin(agg, "minimum", def.minimum);
const maxContributor = (agg, def) => narrowMax(agg, "maximum", def.maximum);
const formatContributor = (ranges) => (agg, def) => {
	setFormat(agg, def.format);
	const [minimum, maximum] = ranges[def.format];
	narrowMin(agg, "minimum", minimum);
	narrowMax(agg, "maximum", maximum);
};
const contributors = {
	greater_than: (agg, def) => narrowMin(agg, def.inclusive ? "minimum" : "exclusiveMinimum", def.value),
	less_than: (agg, def) => narrowMax(agg, def.inclusive ? "maximum" : "exclusiveMaximum", def.value),
	multiple_of: (agg, def) => addDivisor(agg, def.value),
	number_format: formatContributor(NUMBER_FORMAT_RANGES),
	bigint_format: formatContributor(BIGINT_FORMAT_RANGES),
	min_length: minContributor,
	max_length: maxContributor,
	length_equals: (agg, def) => narrowBoth(agg, def.length),
	min_size: minContributor,
	max_size: maxContributor,
	size_equals: (agg, def) => narrowBoth(agg, def.size),
	string_format: (agg, def) => {
		setFormat(agg, def.format);
		if (def.pattern) addPattern(agg, def.pattern);
		if (def.format === "base64" || def.format === "base64url") agg.contentEncoding = def.format;
		if (def.local || def.precision === -1) agg.laxFormat = true;
	},
	mime_type: (agg, def) => intersectMime(agg, def.mime)
};
function aggregateChecks(schema) {
	const agg = {};
	const def = schema._zod.def;
	const list = schema._zod.traits.has("$ZodCheck") ? [schema, ...def.checks ?? []] : def.checks ?? [];
	for (const ch of list) contributors[ch._zod.def.check]?.(agg, ch._zod.def);
	const bag = schema._zod.bag;
	if (bag.minimum !== void 0) narrowMin(agg, "minimum", bag.minimum);
	if (bag.exclusiveMinimum !== void 0) narrowMin(agg, "exclusiveMinimum", bag.exclusiveMinimum);
	if (bag.maximum !== void 0) narrowMax(agg, "maximum", bag.maximum);
	if (bag.exclusiveMaximum !== void 0) narrowMax(agg, "exclusiveMaximum", bag.exclusiveMaximum);
	if (bag.multipleOf !== void 0) addDivisor(agg, bag.multipleOf);
	if (bag.format !== void 0) {
		agg.format ?? (agg.format = bag.format);
		if (bag.format.includes("int")) agg.isInt = true;
	}
	if (bag.mime) intersectMime(agg, bag.mime);
	for (const pattern of bag.patterns ?? []) addPattern(agg, pattern);
	return agg;
}
const formatMap = {
	guid: "uuid",
	url: "uri",
	datetime: "date-time",
	json_string: "json-string",
	regex: ""
};
const exactPatterns = /* @__PURE__ */ new Map([[base64Charset, base64$1], [base64urlCharset, base64url]]);
const exactPattern = (p) => exactPatterns.get(p) ?? p;
const stringProcessor = (schema, ctx, _json, _params) => {
	const json = _json;
	json.type = "string";
	const { minimum, maximum, format, patterns, contentEncoding, laxFormat } = aggregateChecks(schema);
	if (typeof minimum === "number") json.minLength = minimum;
	if (typeof maximum === "number") json.maxLength = maximum;
	if (format) {
		json.format = formatMap[format] ?? format;
		if (json.format === "") delete json.format;
		if (format === "time" || laxFormat) delete json.format;
	}
	if (contentEncoding) json.contentEncoding = contentEncoding;
	if (patterns && patterns.size > 0) {
		const patternList = [...patterns].map(exactPattern);
		if (patternList.length === 1) json.pattern = patternList[0].source;
		else if (patternList.length > 1) json.allOf = [...patternList.map((regex) => ({
			...ctx.target === "draft-07" || ctx.target === "draft-04" || ctx.target === "openapi-3.0" ? { type: "string" } : {},
			pattern: regex.source
		}))];
	}
};
const numberProcessor = (schema, ctx, _json, params) => {
	const json = _json;
	const { minimum, maximum, multipleOf, exclusiveMaximum, exclusiveMinimum, isInt } = aggregateChecks(schema);
	json.type = isInt ? "integer" : "number";
	const exMin = typeof exclusiveMinimum === "number" && exclusiveMinimum >= (minimum ?? Number.NEGATIVE_INFINITY);
	const exMax = typeof exclusiveMaximum === "number" && exclusiveMaximum <= (maximum ?? Number.POSITIVE_INFINITY);
	const legacy = ctx.target === "draft-04" || ctx.target === "openapi-3.0";
	if (exMin) {
		if (legacy) {
			json.minimum = exclusiveMinimum;
			json.exclusiveMinimum = true;
		} else json.exclusiveMinimum = exclusiveMinimum;
	} else if (typeof minimum === "number") json.minimum = minimum;
	if (exMax) {
		if (legacy) {
			json.maximum = exclusiveMaximum;
			json.exclusiveMaximum = true;
		} else json.exclusiveMaximum = exclusiveMaximum;
	} else if (typeof maximum === "number") json.maximum = maximum;
	if (multipleOf) {
		const divisors = /* @__PURE__ */ new Set();
		for (const divisor of multipleOf) if (Number.isFinite(divisor) && divisor !== 0) divisors.add(Math.abs(divisor));
		else handleUnrepresentable(schema, ctx, json, params, `A multipleOf divisor of ${divisor} cannot be represented in JSON Schema`);
		const [first, ...rest] = divisors;
		if (first !== void 0) json.multipleOf = first;
		if (rest.length) json.allOf = [...json.allOf ?? [], ...rest.map((m) => ({ multipleOf: m }))];
	}
};
const neverProcessor = (_schema, _ctx, json, _params) => {
	json.not = {};
};
const enumProcessor = (schema, _ctx, json, _params) => {
	const def = schema._zod.def;
	const values = getEnumValues(def.entries);
	if (values.length === 0) {
		json.not = {};
		return;
	}
	if (values.every((v) => typeof v === "number")) json.type = "number";
	if (values.every((v) => typeof v === "string")) json.type = "string";
	json.enum = values;
};
const literalProcessor = (schema, ctx, json, params) => {
	const def = schema._zod.def;
	if (def.values.length === 0) {
		json.not = {};
		return;
	}
	const vals = [];
	for (const val of def.values) if (val === void 0) {
		if (handleUnrepresentable(schema, ctx, json, params, "Literal `undefined` cannot be represented in JSON Schema")) return;
	} else if (typeof val === "bigint") {
		if (handleUnrepresentable(schema, ctx, json, params, "BigInt literals cannot be represented in JSON Schema")) return;
		vals.push(Number(val));
	} else vals.push(val);
	if (vals.length === 0) {} else if (vals.length === 1) {
		const val = vals[0];
		json.type = val === null ? "null" : typeof val;
		if (ctx.target === "draft-04" || ctx.target === "openapi-3.0") json.enum = [val];
		else json.const = val;
	} else {
		if (vals.every((v) => typeof v === "number")) json.type = "number";
		if (vals.every((v) => typeof v === "string")) json.type = "string";
		if (vals.every((v) => typeof v === "boolean")) json.type = "boolean";
		if (vals.every((v) => v === null)) json.type = "null";
		json.enum = vals;
	}
};
const customProcessor = (schema, ctx, json, params) => {
	handleUnrepresentable(schema, ctx, json, params, "Custom types cannot be represented in JSON Schema");
};
const transformProcessor = (schema, ctx, json, params) => {
	handleUnrepresentable(schema, ctx, json, params, "Transforms cannot be represented in JSON Schema");
};
const arrayProcessor = (schema, ctx, _json, params) => {
	const json = _json;
	const def = schema._zod.def;
	const { minimum, maximum } = aggregateChecks(schema);
	if (typeof minimum === "number") json.minItems = minimum;
	if (typeof maximum === "number") json.maxItems = maximum;
	json.type = "array";
	json.items = processSchema(def.element, ctx, {
		...params,
		path: [...params.path, "items"]
	});
};
function inputOptin(schema) {
	const def = schema._zod.def;
	if (def.type === "pipe" && def.in._zod.traits.has("$ZodTransform")) return inputOptin(def.out);
	if (def.type === "catch") return inputOptin(def.innerType);
	return schema._zod.optin;
}
const objectProcessor = (schema, ctx, _json, params) => {
	const json = _json;
	const def = schema._zod.def;
	const shape = def.shape;
	if (Object.getOwnPropertySymbols(shape).length && handleUnrepresentable(schema, ctx, json, params, "Symbol keys cannot be represented in JSON Schema")) return;
	json.type = "object";
	json.properties = {};
	for (const key in shape) assignProp(json.properties, key, processSchema(shape[key], ctx, {
		...params,
		path: [
			...params.path,
			"properties",
			key
		]
	}));
	const requiredKeys = [];
	for (const key of Object.keys(shape)) {
		const field = def.shape[key];
		if (ctx.io === "input" ? inputOptin(field) === void 0 : field._zod.optout === void 0) requiredKeys.push(key);
	}
	if (requiredKeys.length > 0) json.required = requiredKeys;
	if (def.catchall?._zod.def.type === "never") json.additionalProperties = false;
	else if (!def.catchall) {
		if (ctx.io === "output") json.additionalProperties = false;
	} else if (def.catchall) json.additionalProperties = processSchema(def.catchall, ctx, {
		...params,
		path: [...params.path, "additionalProperties"]
	});
};
const unionProcessor = (schema, ctx, json, params) => {
	const def = schema._zod.def;
	const isExclusive = def.inclusive === false;
	const options = def.options.map((x, i) => processSchema(x, ctx, {
		...params,
		path: [
			...params.path,
			isExclusive ? "oneOf" : "anyOf",
			i
		]
	}));
	if (isExclusive) json.oneOf = options;
	else json.anyOf = options;
};
const intersectionProcessor = (schema, ctx, json, params) => {
	const def = schema._zod.def;
	const a = processSchema(def.left, ctx, {
		...params,
		path: [
			...params.path,
			"allOf",
			0
		]
	});
	const b = processSchema(def.right, ctx, {
		...params,
		path: [
			...params.path,
			"allOf",
			1
		]
	});
	const isSimpleIntersection = (val) => "allOf" in val && Object.keys(val).length === 1;
	const allOf = [...isSimpleIntersection(a) ? a.allOf : [a], ...isSimpleIntersection(b) ? b.allOf : [b]];
	json.allOf = allOf;
	ctx.intersections.push(allOf);
};
const nullableProcessor = (schema, ctx, json, params) => {
	const def = schema._zod.def;
	const inner = processSchema(def.innerType, ctx, params);
	const seen = ctx.seen.get(schema);
	if (ctx.target === "openapi-3.0") {
		seen.ref = def.innerType;
		json.nullable = true;
	} else json.anyOf = [inner, { type: "null" }];
};
const nonoptionalProcessor = (schema, ctx, _json, params) => {
	const def = schema._zod.def;
	processSchema(def.innerType, ctx, params);
	const seen = ctx.seen.get(schema);
	seen.ref = def.innerType;
};
/** Round-trips a default value through JSON so the emitted schema is guaranteed to be valid JSON.
* A BigInt has no reliable encoding, so it goes through `unrepresentable` like any other
* unrepresentable value. Returns a sentinel when the caller must not write a default of its own. */
const UNREPRESENTABLE_DEFAULT = Symbol();
function serializeDefaultValue(value, schema, ctx, json, params) {
	let unrepresentable = false;
	const serialized = JSON.stringify(value, (_, val) => {
		if (typeof val !== "bigint") return val;
		unrepresentable = true;
		return null;
	});
	if (!unrepresentable) return JSON.parse(serialized);
	handleUnrepresentable(schema, ctx, json, params, "BigInt defaults cannot be represented in JSON Schema");
	return UNREPRESENTABLE_DEFAULT;
}
const defaultProcessor = (schema, ctx, json, params) => {
	const def = schema._zod.def;
	processSchema(def.innerType, ctx, params);
	const seen = ctx.seen.get(schema);
	seen.ref = def.innerType;
	const value = serializeDefaultValue(def.defaultValue, schema, ctx, json, params);
	if (value !== UNREPRESENTABLE_DEFAULT) json.default = value;
};
const prefaultProcessor = (schema, ctx, json, params) => {
	const def = schema._zod.def;
	processSchema(def.innerType, ctx, params);
	const seen = ctx.seen.get(schema);
	seen.ref = def.innerType;
	if (ctx.io !== "input") return;
	const value = serializeDefaultValue(def.defaultValue, schema, ctx, json, params);
	if (value !== UNREPRESENTABLE_DEFAULT) json._prefault = value;
};
const catchProcessor = (schema, ctx, json, params) => {
	const def = schema._zod.def;
	processSchema(def.innerType, ctx, params);
	const seen = ctx.seen.get(schema);
	seen.ref = def.innerType;
	let catchValue;
	try {
		catchValue = def.catchValue(void 0);
	} catch {
		handleUnrepresentable(schema, ctx, json, params, "Dynamic catch values are not supported in JSON Schema");
		return;
	}
	json.default = catchValue;
};
const pipeProcessor = (schema, ctx, _json, params) => {
	const def = schema._zod.def;
	const inIsTransform = def.in._zod.traits.has("$ZodTransform");
	const innerType = ctx.io === "input" ? inIsTransform ? def.out : def.in : def.out;
	processSchema(innerType, ctx, params);
	const seen = ctx.seen.get(schema);
	seen.ref = innerType;
};
const readonlyProcessor = (schema, ctx, json, params) => {
	const def = schema._zod.def;
	processSchema(def.innerType, ctx, params);
	const seen = ctx.seen.get(schema);
	seen.ref = def.innerType;
	json.readOnly = true;
};
const optionalProcessor = (schema, ctx, _json, params) => {
	const def = schema._zod.def;
	processSchema(def.innerType, ctx, params);
	const seen = ctx.seen.get(schema);
	seen.ref = def.innerType;
};
// node_modules/zod/v4/classic/errors.js
const _installedErrorProtos = /* @__PURE__ */ new WeakSet([Object.prototype, Error.prototype]);
function _lazyMethod(proto, key, make) {
	Object.defineProperty(proto, key, {
		configurable: true,
		enumerable: false,
		get() {
			const value = make(this);
			Object.defineProperty(this, key, {
				value,
				configurable: true,
				writable: true
			});
			return value;
		},
		set(value) {
			Object.defineProperty(this, key, {
				value,
				configurable: true,
				writable: true
			});
		}
	});
}
const initializer = (inst, issues) => {
	$ZodError.init(inst, issues);
	inst.name = "ZodError";
	const proto = Object.getPrototypeOf(inst);
	if (_installedErrorProtos.has(proto)) return;
	_installedErrorProtos.add(proto);
	_lazyMethod(proto, "format", (self) => (mapper) => formatError(self, mapper));
	_lazyMethod(proto, "flatten", (self) => (mapper) => flattenError(self, mapper));
	_lazyMethod(proto, "addIssue", (self) => (issue) => {
		self.issues.push(issue);
		self.message = JSON.stringify(self.issues, jsonStringifyReplacer, 2);
	});
	_lazyMethod(proto, "addIssues", (self) => (issues) => {
		self.issues.push(...issues);
		self.message = JSON.stringify(self.issues, jsonStringifyReplacer, 2);
	});
	Object.defineProperty(proto, "isEmpty", {
		configurable: true,
		enumerable: false,
		get() {
			return this.issues.length === 0;
		}
	});
};
const ZodRealError = /*@__PURE__*/ $constructor("ZodError", initializer, void 0, { Parent: Error });
// node_modules/zod/v4/classic/parse.js
const parse = /* @__PURE__ */ _parse(ZodRealError);
const parseAsync = /* @__PURE__ */ _parseAsync(ZodRealError);
const safeParse = /* @__PURE__ */ _safeParse(ZodRealError);
const safeParseAsync = /* @__PURE__ */ _safeParseAsync(ZodRealError);
const encode = /* @__PURE__ */ _encode(ZodRealError);
const decode = /* @__PURE__ */ _decode(ZodRealError);
const encodeAsync = /* @__PURE__ */ _encodeAsync(ZodRealError);
const decodeAsync = /* @__PURE__ */ _decodeAsync(ZodRealError);
const safeEncode = /* @__PURE__ */ _safeEncode(ZodRealError);
const safeDecode = /* @__PURE__ */ _safeDecode(ZodRealError);
const safeEncodeAsync = /* @__PURE__ */ _safeEncodeAsync(ZodRealError);
const safeDecodeAsync = /* @__PURE__ */ _safeDecodeAsync(ZodRealError);
// node_modules/zod/v4/classic/schemas.js
function _ensureDefaultLocale() {
	if (!globalConfig.localeError) config(en_default());
}
function _ensureDefaultMemoizer() {
	if (!globalConfig.memoizer) config({ memoizer: memoizer() });
}
const ZodType = /*@__PURE__*/ $constructor("ZodType", (inst, def) => {
	_ensureDefaultLocale();
	$ZodType.init(inst, def);
	inst.def = def;
	inst.type = def.type;
	return inst;
}, {
	check(...chks) {
		const def = this.def;
		return this.clone(mergeDefs(def, { checks: [...def.checks ?? [], ...chks.map((ch) => typeof ch === "function" ? { _zod: {
			check: ch,
			def: { check: "custom" },
			onattach: []
		} } : ch)] }), { parent: true });
	},
	with(...chks) {
		return this.check(...chks);
	},
	clone(def, params) {
		return clone(this, def, params);
	},
	brand() {
		return this;
	},
	register(reg, meta) {
		reg.add(this, meta);
		return this;
	},
	refine(check, params) {
		return this.check(refine(check, params));
	},
	superRefine(refinement, params) {
		return this.check(superRefine(refinement, params));
	},
	overwrite(fn) {
		return this.check(/* @__PURE__ */ _overwrite(fn));
	},
	optional() {
		return optional(this);
	},
	exactOptional() {
		return exactOptional(this);
	},
	nullable() {
		return nullable(this);
	},
	nullish() {
		return optional(nullable(this));
	},
	nonoptional(params) {
		return nonoptional(this, params);
	},
	array() {
		return array(this);
	},
	or(arg) {
		return union([this, arg]);
	},
	and(arg) {
		return intersection(this, arg);
	},
	transform(tx) {
		return pipe(this, transform(tx));
	},
	default(d) {
		return _default(this, d);
	},
	prefault(d) {
		return prefault(this, d);
	},
	catch(params) {
		return _catch(this, params);
	},
	pipe(target) {
		return pipe(this, target);
	},
	readonly() {
		return readonly(this);
	},
	describe(description) {
		const cl = this.clone();
		globalRegistry.add(cl, { description });
		return cl;
	},
	meta(...args) {
		if (args.length === 0) return globalRegistry.get(this);
		const cl = this.clone();
		globalRegistry.add(cl, args[0]);
		return cl;
	},
	isOptional() {
		return this.safeParse(void 0).success;
	},
	isNullable() {
		return this.safeParse(null).success;
	},
	apply(fn, ...args) {
		return args.length === 0 ? fn(this) : fn(this, ...args);
	},
	get "~standard"() {
		return hide(this, "~standard", {
			...standardProps(this),
			jsonSchema: {
				input: createStandardJSONSchemaMethod(this, "input"),
				output: createStandardJSONSchemaMethod(this, "output")
			}
		});
	},
	set "~standard"(value) {
		own(this, "~standard", value);
	},
	parse: function _parse(data, params) {
		return parse(this, data, params, { callee: _parse });
	},
	parseAsync: async function _parseAsync(data, params) {
		return await parseAsync(this, data, params, { callee: _parseAsync });
	},
	safeParse(data, params) {
		return safeParse(this, data, params);
	},
	async safeParseAsync(data, params) {
		return safeParseAsync(this, data, params);
	},
	get spa() {
		return this?.safeParseAsync;
	},
	set spa(value) {
		own(this, "spa", value);
	},
	validate(data, params) {
		return validate(this, data, params);
	},
	validateAsync(data, params) {
		return validateAsync$1(this, data, params);
	},
	encode: function _encode(data, params) {
		return encode(this, data, params, { callee: _encode });
	},
	decode: function _decode(data, params) {
		return decode(this, data, params, { callee: _decode });
	},
	encodeAsync: async function _encodeAsync(data, params) {
		return await encodeAsync(this, data, params, { callee: _encodeAsync });
	},
	decodeAsync: async function _decodeAsync(data, params) {
		return await decodeAsync(this, data, params, { callee: _decodeAsync });
	},
	safeEncode(data, params) {
		return safeEncode(this, data, params);
	},
	safeDecode(data, params) {
		return safeDecode(this, data, params);
	},
	async safeEncodeAsync(data, params) {
		return safeEncodeAsync(this, data, params);
	},
	async safeDecodeAsync(data, params) {
		return safeDecodeAsync(this, data, params);
	},
	toJSONSchema(params) {
		return createToJSONSchemaMethod(this, {})(params);
	},
	get description() {
		return globalRegistry.get(this)?.description;
	},
	get _def() {
		return this._zod.def;
	}
});
/** @internal */
const _ZodString = /*@__PURE__*/ $constructor("_ZodString", (inst, def) => {
	$ZodString.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => stringProcessor(inst, ctx, json, params);
}, /*@__PURE__*/ derived({
	format: (inst) => aggregateChecks(inst).format ?? null,
	minLength: (inst) => aggregateChecks(inst).minimum ?? null,
	maxLength: (inst) => aggregateChecks(inst).maximum ?? null
}, {
	regex(...args) {
		return this.check(/* @__PURE__ */ _regex(...args));
	},
	includes(...args) {
		return this.check(/* @__PURE__ */ _includes(...args));
	},
	startsWith(...args) {
		return this.check(/* @__PURE__ */ _startsWith(...args));
	},
	endsWith(...args) {
		return this.check(/* @__PURE__ */ _endsWith(...args));
	},
	min(...args) {
		return this.check(/* @__PURE__ */ _minLength(...args));
	},
	max(...args) {
		return this.check(/* @__PURE__ */ _maxLength(...args));
	},
	length(...args) {
		return this.check(/* @__PURE__ */ _length(...args));
	},
	nonempty(...args) {
		return this.check(/* @__PURE__ */ _minLength(1, ...args));
	},
	lowercase(params) {
		return this.check(/* @__PURE__ */ _lowercase(params));
	},
	uppercase(params) {
		return this.check(/* @__PURE__ */ _uppercase(params));
	},
	trim() {
		return this.check(/* @__PURE__ */ _trim());
	},
	normalize(...args) {
		return this.check(/* @__PURE__ */ _normalize(...args));
	},
	toLowerCase() {
		return this.check(/* @__PURE__ */ _toLowerCase());
	},
	toUpperCase() {
		return this.check(/* @__PURE__ */ _toUpperCase());
	},
	slugify() {
		return this.check(/* @__PURE__ */ _slugify());
	}
}));
const ZodString = /*@__PURE__*/ $constructor("ZodString", (inst, def) => {
	$ZodString.init(inst, def);
	_ZodString.init(inst, def);
}, {
	email(params) {
		return this.check(/* @__PURE__ */ _email(ZodEmail, params));
	},
	url(params) {
		return this.check(/* @__PURE__ */ _url(ZodURL, params));
	},
	jwt(params) {
		return this.check(/* @__PURE__ */ _jwt(ZodJWT, params));
	},
	emoji(params) {
		return this.check(/* @__PURE__ */ _emoji(ZodEmoji, params));
	},
	guid(params) {
		return this.check(/* @__PURE__ */ _guid(ZodGUID, params));
	},
	uuid(params) {
		return this.check(/* @__PURE__ */ _uuid(ZodUUID, params));
	},
	uuidv4(params) {
		return this.check(/* @__PURE__ */ _uuidv4(ZodUUID, params));
	},
	uuidv6(params) {
		return this.check(/* @__PURE__ */ _uuidv6(ZodUUID, params));
	},
	uuidv7(params) {
		return this.check(/* @__PURE__ */ _uuidv7(ZodUUID, params));
	},
	nanoid(params) {
		return this.check(/* @__PURE__ */ _nanoid(ZodNanoID, params));
	},
	cuid(params) {
		return this.check(/* @__PURE__ */ _cuid(ZodCUID, params));
	},
	cuid2(params) {
		return this.check(/* @__PURE__ */ _cuid2(ZodCUID2, params));
	},
	ulid(params) {
		return this.check(/* @__PURE__ */ _ulid(ZodULID, params));
	},
	base64(params) {
		return this.check(/* @__PURE__ */ _base64(ZodBase64, params));
	},
	base64url(params) {
		return this.check(/* @__PURE__ */ _base64url(ZodBase64URL, params));
	},
	xid(params) {
		return this.check(/* @__PURE__ */ _xid(ZodXID, params));
	},
	ksuid(params) {
		return this.check(/* @__PURE__ */ _ksuid(ZodKSUID, params));
	},
	ipv4(params) {
		return this.check(/* @__PURE__ */ _ipv4(ZodIPv4, params));
	},
	ipv6(params) {
		return this.check(/* @__PURE__ */ _ipv6(ZodIPv6, params));
	},
	cidrv4(params) {
		return this.check(/* @__PURE__ */ _cidrv4(ZodCIDRv4, params));
	},
	cidrv6(params) {
		return this.check(/* @__PURE__ */ _cidrv6(ZodCIDRv6, params));
	},
	e164(params) {
		return this.check(/* @__PURE__ */ _e164(ZodE164, params));
	},
	datetime(params) {
		return this.check(/* @__PURE__ */ _isoDateTime(ZodISODateTime, params));
	},
	date(params) {
		return this.check(/* @__PURE__ */ _isoDate(ZodISODate, params));
	},
	time(params) {
		return this.check(/* @__PURE__ */ _isoTime(ZodISOTime, params));
	},
	duration(params) {
		return this.check(/* @__PURE__ */ _isoDuration(ZodISODuration, params));
	}
});
function string(params) {
	return /* @__PURE__ */ _string(ZodString, params);
}
const ZodStringFormat = /*@__PURE__*/ $constructor("ZodStringFormat", (inst, def) => {
	$ZodStringFormat.init(inst, def);
	_ZodString.init(inst, def);
});
const ZodISODateTime = /*@__PURE__*/ $constructor("ZodISODateTime", (inst, def) => {
	$ZodISODateTime.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodISODate = /*@__PURE__*/ $constructor("ZodISODate", (inst, def) => {
	$ZodISODate.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodISOTime = /*@__PURE__*/ $constructor("ZodISOTime", (inst, def) => {
	$ZodISOTime.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodISODuration = /*@__PURE__*/ $constructor("ZodISODuration", (inst, def) => {
	$ZodISODuration.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodEmail = /*@__PURE__*/ $constructor("ZodEmail", (inst, def) => {
	$ZodEmail.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodGUID = /*@__PURE__*/ $constructor("ZodGUID", (inst, def) => {
	$ZodGUID.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodUUID = /*@__PURE__*/ $constructor("ZodUUID", (inst, def) => {
	$ZodUUID.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodURL = /*@__PURE__*/ $constructor("ZodURL", (inst, def) => {
	$ZodURL.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodEmoji = /*@__PURE__*/ $constructor("ZodEmoji", (inst, def) => {
	$ZodEmoji.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodNanoID = /*@__PURE__*/ $constructor("ZodNanoID", (inst, def) => {
	$ZodNanoID.init(inst, def);
	ZodStringFormat.init(inst, def);
});
/**
* @deprecated CUID v1 is deprecated by its authors due to information leakage
* (timestamps embedded in the id). Use {@link ZodCUID2} instead.
* See https://github.com/paralleldrive/cuid.
*/
const ZodCUID = /*@__PURE__*/ $constructor("ZodCUID", (inst, def) => {
	$ZodCUID.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodCUID2 = /*@__PURE__*/ $constructor("ZodCUID2", (inst, def) => {
	$ZodCUID2.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodULID = /*@__PURE__*/ $constructor("ZodULID", (inst, def) => {
	$ZodULID.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodXID = /*@__PURE__*/ $constructor("ZodXID", (inst, def) => {
	$ZodXID.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodKSUID = /*@__PURE__*/ $constructor("ZodKSUID", (inst, def) => {
	$ZodKSUID.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodIPv4 = /*@__PURE__*/ $constructor("ZodIPv4", (inst, def) => {
	$ZodIPv4.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodIPv6 = /*@__PURE__*/ $constructor("ZodIPv6", (inst, def) => {
	$ZodIPv6.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodCIDRv4 = /*@__PURE__*/ $constructor("ZodCIDRv4", (inst, def) => {
	$ZodCIDRv4.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodCIDRv6 = /*@__PURE__*/ $constructor("ZodCIDRv6", (inst, def) => {
	$ZodCIDRv6.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodBase64 = /*@__PURE__*/ $constructor("ZodBase64", (inst, def) => {
	$ZodBase64.init(inst, def);
	ZodStringFormat.init(inst, def);
});
function base64(params) {
	return /* @__PURE__ */ _base64(ZodBase64, params);
}
const ZodBase64URL = /*@__PURE__*/ $constructor("ZodBase64URL", (inst, def) => {
	$ZodBase64URL.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodE164 = /*@__PURE__*/ $constructor("ZodE164", (inst, def) => {
	$ZodE164.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodJWT = /*@__PURE__*/ $constructor("ZodJWT", (inst, def) => {
	$ZodJWT.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodCustomStringFormat = /*@__PURE__*/ $constructor("ZodCustomStringFormat", (inst, def) => {
	$ZodCustomStringFormat.init(inst, def);
	ZodStringFormat.init(inst, def);
});
function hash(alg, params) {
	const format = `${alg}_${params?.enc ?? "hex"}`;
	const regex = regexes_exports[format];
	if (!regex) throw new Error(`Unrecognized hash format: ${format}`);
	return /* @__PURE__ */ _stringFormat(ZodCustomStringFormat, format, regex, params);
}
const ZodNumber = /*@__PURE__*/ $constructor("ZodNumber", (inst, def) => {
	$ZodNumber.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => numberProcessor(inst, ctx, json, params);
	inst.isFinite = true;
}, /*@__PURE__*/ derived({
	minValue: (inst) => {
		const { minimum, exclusiveMinimum } = aggregateChecks(inst);
		return Math.max(minimum ?? Number.NEGATIVE_INFINITY, exclusiveMinimum ?? Number.NEGATIVE_INFINITY);
	},
	maxValue: (inst) => {
		const { maximum, exclusiveMaximum } = aggregateChecks(inst);
		return Math.min(maximum ?? Number.POSITIVE_INFINITY, exclusiveMaximum ?? Number.POSITIVE_INFINITY);
	},
	isInt: (inst) => {
		const { isInt, multipleOf } = aggregateChecks(inst);
		return !!isInt || !!multipleOf?.some(Number.isSafeInteger);
	},
	format: (inst) => aggregateChecks(inst).format ?? null
}, {
	gt(value, params) {
		return this.check(/* @__PURE__ */ _gt(value, params));
	},
	gte(value, params) {
		return this.check(/* @__PURE__ */ _gte(value, params));
	},
	min(value, params) {
		return this.check(/* @__PURE__ */ _gte(value, params));
	},
	lt(value, params) {
		return this.check(/* @__PURE__ */ _lt(value, params));
	},
	lte(value, params) {
		return this.check(/* @__PURE__ */ _lte(value, params));
	},
	max(value, params) {
		return this.check(/* @__PURE__ */ _lte(value, params));
	},
	int(params) {
		return this.check(int(params));
	},
	safe(params) {
		return this.check(int(params));
	},
	positive(params) {
		return this.check(/* @__PURE__ */ _gt(0, params));
	},
	nonnegative(params) {
		return this.check(/* @__PURE__ */ _gte(0, params));
	},
	negative(params) {
		return this.check(/* @__PURE__ */ _lt(0, params));
	},
	nonpositive(params) {
		return this.check(/* @__PURE__ */ _lte(0, params));
	},
	multipleOf(value, params) {
		return this.check(/* @__PURE__ */ _multipleOf(value, params));
	},
	step(value, params) {
		return this.check(/* @__PURE__ */ _multipleOf(value, params));
	},
	finite() {
		return this;
	}
}));
function number(params) {
	return /* @__PURE__ */ _number(ZodNumber, params);
}
const ZodNumberFormat = /*@__PURE__*/ $constructor("ZodNumberFormat", (inst, def) => {
	$ZodNumberFormat.init(inst, def);
	ZodNumber.init(inst, def);
});
function int(params) {
	return /* @__PURE__ */ _int(ZodNumberFormat, params);
}
const ZodUnknown = /*@__PURE__*/ $constructor("ZodUnknown", (inst, def) => {
	$ZodUnknown.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => void 0;
});
function unknown() {
	return /* @__PURE__ */ _unknown(ZodUnknown);
}
const ZodNever = /*@__PURE__*/ $constructor("ZodNever", (inst, def) => {
	$ZodNever.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => neverProcessor(inst, ctx, json, params);
});
function never(params) {
	return /* @__PURE__ */ _never(ZodNever, params);
}
const ZodArray = /*@__PURE__*/ $constructor("ZodArray", (inst, def) => {
	_ensureDefaultMemoizer();
	$ZodArray.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => arrayProcessor(inst, ctx, json, params);
	inst.element = def.element;
}, {
	min(n, params) {
		return this.check(/* @__PURE__ */ _minLength(n, params));
	},
	nonempty(params) {
		return this.check(/* @__PURE__ */ _minLength(1, params));
	},
	max(n, params) {
		return this.check(/* @__PURE__ */ _maxLength(n, params));
	},
	length(n, params) {
		return this.check(/* @__PURE__ */ _length(n, params));
	},
	unwrap() {
		return this.element;
	}
});
function array(element, params) {
	return /* @__PURE__ */ _array(ZodArray, element, params);
}
const ZodObject = /*@__PURE__*/ $constructor("ZodObject", (inst, def) => {
	_ensureDefaultMemoizer();
	$ZodObjectJIT.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => objectProcessor(inst, ctx, json, params);
	installLazyProp(inst, "shape", (self) => self._zod.def.shape, false);
}, {
	keyof() {
		return _enum(Object.keys(this._zod.def.shape));
	},
	catchall(catchall) {
		return this.clone(mergeDefs(this._zod.def, { catchall }));
	},
	passthrough() {
		return this.clone(mergeDefs(this._zod.def, { catchall: unknown() }));
	},
	loose() {
		return this.clone(mergeDefs(this._zod.def, { catchall: unknown() }));
	},
	strict() {
		return this.clone(mergeDefs(this._zod.def, { catchall: never() }));
	},
	strip() {
		return this.clone(mergeDefs(this._zod.def, { catchall: void 0 }));
	},
	extend(incoming) {
		return extend(this, incoming);
	},
	safeExtend(incoming) {
		return safeExtend(this, incoming);
	},
	merge(other) {
		return merge(this, other);
	},
	pick(mask) {
		return pick(this, mask);
	},
	omit(mask) {
		return omit(this, mask);
	},
	partial(...args) {
		return partial(ZodOptional, this, args[0]);
	},
	exactPartial(...args) {
		return partial(ZodExactOptional, this, args[0], "exactPartial");
	},
	required(...args) {
		return required(ZodNonOptional, this, args[0]);
	}
});
function strictObject(shape, params) {
	return new ZodObject({
		type: "object",
		shape,
		catchall: never(),
		...normalizeParams(params)
	});
}
const ZodUnion = /*@__PURE__*/ $constructor("ZodUnion", (inst, def) => {
	$ZodUnion.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => unionProcessor(inst, ctx, json, params);
	inst.options = def.options;
});
function union(options, params) {
	return new ZodUnion({
		type: "union",
		options,
		...normalizeParams(params)
	});
}
const ZodDiscriminatedUnion = /*@__PURE__*/ $constructor("ZodDiscriminatedUnion", (inst, def) => {
	ZodUnion.init(inst, def);
	$ZodDiscriminatedUnion.init(inst, def);
});
function discriminatedUnion(discriminator, options, params) {
	return new ZodDiscriminatedUnion({
		type: "union",
		options,
		discriminator,
		...normalizeParams(params)
	});
}
const ZodIntersection = /*@__PURE__*/ $constructor("ZodIntersection", (inst, def) => {
	$ZodIntersection.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => intersectionProcessor(inst, ctx, json, params);
});
function intersection(left, right) {
	return new ZodIntersection({
		type: "intersection",
		left,
		right
	});
}
const ZodEnum = /*@__PURE__*/ $constructor("ZodEnum", (inst, def) => {
	$ZodEnum.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => enumProcessor(inst, ctx, json, params);
	inst.enum = def.entries;
	inst.options = [...inst._zod.values];
	const keys = new Set(Object.keys(def.entries));
	inst.extract = (values, params) => {
		const newEntries = {};
		for (const value of values) if (keys.has(value)) newEntries[value] = def.entries[value];
		else throw new Error(`Key ${value} not found in enum`);
		return new ZodEnum({
			...def,
			checks: [],
			...normalizeParams(params),
			entries: newEntries
		});
	};
	inst.exclude = (values, params) => {
		const newEntries = { ...def.entries };
		for (const value of values) if (keys.has(value)) delete newEntries[value];
		else throw new Error(`Key ${value} not found in enum`);
		return new ZodEnum({
			...def,
			checks: [],
			...normalizeParams(params),
			entries: newEntries
		});
	};
});
function _enum(values, params) {
	const entries = Array.isArray(values) ? Object.fromEntries(values.map((v) => [v, v])) : values;
	return new ZodEnum({
		type: "enum",
		entries,
		...normalizeParams(params)
	});
}
const ZodLiteral = /*@__PURE__*/ $constructor("ZodLiteral", (inst, def) => {
	$ZodLiteral.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => literalProcessor(inst, ctx, json, params);
	inst.values = new Set(def.values);
	Object.defineProperty(inst, "value", { get() {
		if (def.values.length > 1) throw new Error("This schema contains multiple valid literal values. Use `.values` instead.");
		return def.values[0];
	} });
});
function literal(value, params) {
	return new ZodLiteral({
		type: "literal",
		values: Array.isArray(value) ? value : [value],
		...normalizeParams(params)
	});
}
const ZodTransform = /*@__PURE__*/ $constructor("ZodTransform", (inst, def) => {
	_ensureDefaultMemoizer();
	$ZodTransform.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => transformProcessor(inst, ctx, json, params);
	inst._zod.parse = (payload, _ctx) => {
		if (_ctx.direction === "backward") throw new $ZodEncodeError(inst.constructor.name);
		payload.addIssue = (issue$1) => {
			if (typeof issue$1 === "string") payload.issues.push(issue(issue$1, payload.value, def));
			else {
				const _issue = issue$1;
				if (_issue.fatal) _issue.continue = false;
				_issue.code ?? (_issue.code = "custom");
				if (!("input" in _issue)) _issue.input = payload.value;
				_issue.inst ?? (_issue.inst = inst);
				payload.issues.push(issue(_issue));
			}
		};
		const output = def.transform(payload.value, payload);
		if (output instanceof Promise) return output.then((output) => {
			payload.value = output;
			return payload;
		});
		payload.value = output;
		return payload;
	};
});
function transform(fn) {
	return new ZodTransform({
		type: "transform",
		transform: fn
	});
}
const ZodOptional = /*@__PURE__*/ $constructor("ZodOptional", (inst, def) => {
	$ZodOptional.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => optionalProcessor(inst, ctx, json, params);
	inst.unwrap = () => inst._zod.def.innerType;
});
function optional(innerType) {
	return new ZodOptional({
		type: "optional",
		innerType
	});
}
const ZodExactOptional = /*@__PURE__*/ $constructor("ZodExactOptional", (inst, def) => {
	$ZodExactOptional.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => optionalProcessor(inst, ctx, json, params);
	inst.unwrap = () => inst._zod.def.innerType;
});
function exactOptional(innerType) {
	return new ZodExactOptional({
		type: "optional",
		innerType
	});
}
const ZodNullable = /*@__PURE__*/ $constructor("ZodNullable", (inst, def) => {
	$ZodNullable.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => nullableProcessor(inst, ctx, json, params);
	inst.unwrap = () => inst._zod.def.innerType;
});
function nullable(innerType) {
	return new ZodNullable({
		type: "nullable",
		innerType
	});
}
const ZodDefault = /*@__PURE__*/ $constructor("ZodDefault", (inst, def) => {
	$ZodDefault.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => defaultProcessor(inst, ctx, json, params);
	inst.unwrap = () => inst._zod.def.innerType;
	inst.removeDefault = inst.unwrap;
});
function _default(innerType, defaultValue) {
	return new ZodDefault({
		type: "default",
		innerType,
		get defaultValue() {
			return typeof defaultValue === "function" ? defaultValue() : shallowClone(defaultValue);
		}
	});
}
const ZodPrefault = /*@__PURE__*/ $constructor("ZodPrefault", (inst, def) => {
	$ZodPrefault.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => prefaultProcessor(inst, ctx, json, params);
	inst.unwrap = () => inst._zod.def.innerType;
});
function prefault(innerType, defaultValue) {
	return new ZodPrefault({
		type: "prefault",
		innerType,
		get defaultValue() {
			return typeof defaultValue === "function" ? defaultValue() : shallowClone(defaultValue);
		}
	});
}
const ZodNonOptional = /*@__PURE__*/ $constructor("ZodNonOptional", (inst, def) => {
	$ZodNonOptional.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => nonoptionalProcessor(inst, ctx, json, params);
	inst.unwrap = () => inst._zod.def.innerType;
});
function nonoptional(innerType, params) {
	return new ZodNonOptional({
		type: "nonoptional",
		innerType,
		...normalizeParams(params)
	});
}
const ZodCatch = /*@__PURE__*/ $constructor("ZodCatch", (inst, def) => {
	$ZodCatch.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => catchProcessor(inst, ctx, json, params);
	inst.unwrap = () => inst._zod.def.innerType;
	inst.removeCatch = inst.unwrap;
});
function _catch(innerType, catchValue) {
	return new ZodCatch({
		type: "catch",
		innerType,
		catchValue: typeof catchValue === "function" ? catchValue : constantCatch(catchValue)
	});
}
const ZodPipe = /*@__PURE__*/ $constructor("ZodPipe", (inst, def) => {
	$ZodPipe.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => pipeProcessor(inst, ctx, json, params);
	inst.in = def.in;
	inst.out = def.out;
});
function pipe(in_, out) {
	return new ZodPipe({
		type: "pipe",
		in: in_,
		out
	});
}
const ZodReadonly = /*@__PURE__*/ $constructor("ZodReadonly", (inst, def) => {
	$ZodReadonly.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => readonlyProcessor(inst, ctx, json, params);
	inst.unwrap = () => inst._zod.def.innerType;
});
function readonly(innerType) {
	return new ZodReadonly({
		type: "readonly",
		innerType
	});
}
const ZodCustom = /*@__PURE__*/ $constructor("ZodCustom", (inst, def) => {
	$ZodCustom.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => customProcessor(inst, ctx, json, params);
});
function refine(fn, _params = {}) {
	return /* @__PURE__ */ _refine(ZodCustom, fn, _params);
}
function superRefine(fn, params) {
	return /* @__PURE__ */ _superRefine(fn, params);
}
// checker/root/root.ts
/** Read-only commands that may run on the live host; none of them takes a word from a file. */
const ALLOWED_COMMANDS = {
	"nft-ruleset": [
		"nft",
		"-j",
		"list",
		"ruleset"
	],
	"iptables-save": ["iptables-save"],
	"ip6tables-save": ["ip6tables-save"],
	"fail2ban-test": ["fail2ban-client", "-t"],
	"fail2ban-status": ["fail2ban-client", "status"],
	"systemctl-failed": [
		"systemctl",
		"list-units",
		"--failed",
		"--plain",
		"--no-legend"
	]
};
const MOST_OCTETS_OF_TEXT = 4194304;
// checker/root/bundle-lines.ts
const bundleHeader = strictObject({
	/** The version of the format. */
	hostcheck: literal(1),
	label: string(),
	at: number().int().nonnegative(),
	asked: array(string().regex(/^!?\//))
});
const path = string().regex(/^\/(?:[^/\0]+(?:\/[^/\0]+)*)?$/);
const count = number().int().nonnegative();
const attributes = {
	mode: string().regex(/^[0-7]{1,4}$/),
	uid: count,
	gid: count,
	modified: number().int()
};
const pathLine = discriminatedUnion("type", [
	strictObject({
		path,
		type: literal("file"),
		...attributes,
		size: count,
		text: string().optional(),
		octets: base64().optional(),
		sha256: hash("sha256").optional(),
		unread: string().optional()
	}),
	strictObject({
		path,
		type: _enum([
			"directory",
			"device",
			"other"
		]),
		...attributes,
		unread: string().optional()
	}),
	strictObject({
		path,
		type: literal("link"),
		to: string()
	}),
	strictObject({
		path,
		type: literal("unreadable"),
		why: string()
	})
]);
const commandLine = strictObject({
	command: _enum(Object.keys(ALLOWED_COMMANDS)),
	reading: discriminatedUnion("outcome", [strictObject({
		outcome: literal("ran"),
		exitCode: number().int(),
		stdout: string(),
		stderr: string()
	}), strictObject({
		outcome: literal("unavailable"),
		why: string()
	})])
});
/** The line that a JSON value holds; undefined where it is none. */
function bundleLineOf(value) {
	const line = typeof value === "object" && value !== null && "command" in value ? commandLine.safeParse(value) : pathLine.safeParse(value);
	if (!line.success) return void 0;
	return "command" in line.data ? line.data : {
		path: line.data.path,
		entry: entryOf(line.data)
	};
}
function entryOf(line) {
	if (line.type === "link") return {
		type: "link",
		to: line.to
	};
	if (line.type === "unreadable") return {
		type: "unreadable",
		why: line.why
	};
	const { uid, gid, modified, unread } = line;
	const attributes = {
		mode: Number.parseInt(line.mode, 8),
		uid,
		gid,
		modified,
		...unread === void 0 ? {} : { unread }
	};
	if (line.type !== "file") return {
		type: line.type,
		...attributes
	};
	const octets = line.text === void 0 ? line.octets && Buffer.from(line.octets, "base64") : Buffer.from(line.text);
	return {
		type: "file",
		size: line.size,
		...attributes,
		...octets instanceof Uint8Array ? { octets } : {},
		...line.sha256 === void 0 ? {} : { sha256: line.sha256 }
	};
}
// checker/root/memory-root.ts
/** A root that lies in memory: a saved bundle, or a tree that a test made. */
function createMemoryRoot(tree) {
	const children = childrenOf(tree.entries);
	const entryAt = (path) => tree.entries.get(path) ?? (children.has(path) ? DIRECTORY : void 0);
	const find = (path) => findEntry(tree, entryAt, path);
	const readings = /* @__PURE__ */ new Map();
	return {
		kind: "bundle",
		label: tree.label,
		status: (path) => {
			const found = find(path);
			if (found.outcome !== "located") return found;
			const { entry } = found;
			if (entry.type === "unreadable" || entry.type === "link") return {
				outcome: "absent",
				path
			};
			const size = entry.type === "file" ? entry.size ?? entry.octets?.length ?? 0 : 0;
			const { type, mode, uid, gid, modified } = entry;
			return {
				outcome: "found",
				path,
				type,
				mode,
				uid,
				gid,
				size,
				modified
			};
		},
		link: (path) => {
			const entry = entryAt(inRealFolder(find, path));
			return entry?.type === "link" ? entry.to : void 0;
		},
		read: (path, most = MOST_OCTETS_OF_TEXT) => {
			const found = find(path);
			const known = found.outcome === "located" ? readings.get(found.entry) : void 0;
			if (known?.outcome === "read" && known.path === path && known.text.length <= most) return known;
			const reading = readAsText(path, octetsOf(tree, found, path, "text"), most);
			if (found.outcome === "located") readings.set(found.entry, reading);
			return reading;
		},
		octets: (path, most) => {
			const reading = octetsOf(tree, find(path), path, "octets");
			return reading.outcome === "read" ? {
				outcome: "read",
				octets: reading.octets.subarray(0, most)
			} : reading;
		},
		digest: (path) => {
			const found = find(path);
			if (found.outcome === "located" && found.entry.type === "file" && found.entry.sha256 !== void 0) return {
				outcome: "digested",
				sha256: found.entry.sha256
			};
			const reading = octetsOf(tree, found, path, "digest");
			if (reading.outcome !== "read") return reading;
			return {
				outcome: "digested",
				sha256: createHash("sha256").update(reading.octets).digest("hex")
			};
		},
		list: (path) => listingOf(tree, children, find(path), path),
		run: (command) => tree.commands[command] ?? {
			outcome: "unavailable",
			why: "the command was not run there"
		}
	};
}
function listingOf(tree, children, found, path) {
	if (found.outcome !== "located") return found;
	if (found.entry.type !== "directory") return {
		outcome: "unreadable",
		path,
		why: "not a folder"
	};
	if (found.entry.unread !== void 0) return {
		outcome: "unreadable",
		path,
		why: found.entry.unread
	};
	if (tree.wasListed?.(found.at) === false) return missing(tree, found.at, path, "names");
	return {
		outcome: "listed",
		names: [...children.get(found.at) ?? []].sort()
	};
}
function octetsOf(tree, found, path, what) {
	if (found.outcome !== "located") return found;
	if (found.entry.type !== "file") return {
		outcome: "unreadable",
		path,
		why: "not a regular file"
	};
	const { start, unread } = found.entry;
	const octets = what === "octets" && start !== void 0 ? start : found.entry.octets;
	if (octets !== void 0) return {
		outcome: "read",
		octets
	};
	return unread === void 0 ? missing(tree, found.at, path, what) : {
		outcome: "unreadable",
		path,
		why: unread
	};
}
function missing(tree, at, path, what) {
	tree.missed?.(at, what, path);
	return {
		outcome: "unreadable",
		path,
		why: NOT_HERE
	};
}
/** The path with the links of its folder followed, but not one at its end. */
function inRealFolder(find, path) {
	const cut = path.lastIndexOf("/");
	const folder = find(path.slice(0, cut));
	if (folder.outcome !== "located") return path;
	return folder.at === "/" ? path.slice(cut) : `${folder.at}${path.slice(cut)}`;
}
/** Why something cannot be read that the bundle does not hold: over ssh it is then fetched. */
const NOT_HERE = "not part of this bundle";
const DIRECTORY = {
	type: "directory",
	mode: 493,
	uid: 0,
	gid: 0,
	modified: 0
};
function childrenOf(entries) {
	const children = /* @__PURE__ */ new Map([["/", /* @__PURE__ */ new Set()]]);
	for (const path of entries.keys()) {
		let below = path;
		while (below !== "/" && below !== "") {
			const cut = below.lastIndexOf("/");
			const parent = cut <= 0 ? "/" : below.slice(0, cut);
			const siblings = children.get(parent) ?? /* @__PURE__ */ new Set();
			children.set(parent, siblings.add(below.slice(cut + 1)));
			below = parent;
		}
	}
	return children;
}
function findEntry(tree, entryAt, path) {
	let refused;
	let at;
	try {
		at = resolveInside(path, (component) => {
			const entry = entryAt(component);
			if (entry?.type === "unreadable") refused = {
				outcome: "unreadable",
				path,
				why: entry.why
			};
			if (entry === void 0 && tree.wasAskedFor?.(component) === false) refused = missing(tree, component, path, "status");
			if (entry === void 0) return void 0;
			return entry.type === "link" ? entry : { type: "other" };
		});
	} catch {
		return {
			outcome: "unreadable",
			path,
			why: "links go in a circle"
		};
	}
	if (refused !== void 0) return refused;
	const entry = at === void 0 ? void 0 : entryAt(at);
	return at === void 0 || entry === void 0 ? {
		outcome: "absent",
		path
	} : {
		outcome: "located",
		at,
		entry
	};
}
function readAsText(path, start, most) {
	if (start.outcome !== "read") return start;
	if (start.octets.length > most) return {
		outcome: "unreadable",
		path,
		why: `longer than ${most} octets`
	};
	const { text, redacted } = redact(path, Buffer.from(start.octets).toString("utf8"));
	return {
		outcome: "read",
		path,
		text,
		sha256: createHash("sha256").update(text).digest("hex"),
		redacted
	};
}
// checker/root/bundle.ts
/** Why a file is no bundle, in a sentence that names the line. */
var BundleError = class extends Error {};
const MOST_OCTETS_UNPACKED = 536870912;
const MOST_LINES = 1e6;
const GZIP_MAGIC = [31, 139];
function rootOfBundle(bundle) {
	return createMemoryRoot({
		...bundle,
		...createAsked(bundle.asked)
	});
}
/**
* Reads what `writeBundle` wrote, gzipped or not.
*
* @throws BundleError where it is none, or has more than half a GiB or a million paths
*/
function readBundle(octets) {
	const [first = "", ...rest] = textOf(octets).split("\n");
	const header = bundleHeader.safeParse(jsonOf(first, 1));
	if (!header.success) throw new BundleError("Line 1 is not the header of a bundle of hostcheck, version 1.");
	if (rest.length > MOST_LINES) throw new BundleError(`The bundle has more than ${MOST_LINES} lines.`);
	const entries = /* @__PURE__ */ new Map();
	const commands = {};
	for (const [index, text] of rest.entries()) {
		if (text === "") continue;
		const line = bundleLineOf(jsonOf(text, index + 2));
		if (line === void 0) throw new BundleError(`Line ${index + 2} of the bundle is neither a path nor a command.`);
		if ("command" in line) commands[line.command] = line.reading;
		else entries.set(line.path, line.entry);
	}
	const { label, at, asked } = header.data;
	return {
		label,
		at,
		asked,
		entries,
		commands
	};
}
function textOf(octets) {
	try {
		const isPacked = GZIP_MAGIC.every((octet, index) => octets[index] === octet);
		return Buffer.from(isPacked ? gunzipSync(octets, { maxOutputLength: MOST_OCTETS_UNPACKED }) : octets).toString("utf8");
	} catch (error) {
		throw new BundleError(`The bundle cannot be unpacked: ${error.message}.`);
	}
}
function jsonOf(text, line) {
	try {
		return JSON.parse(text);
	} catch {
		throw new BundleError(`Line ${line} of the bundle is not JSON.`);
	}
}
// test/checker/stock.ts
/** The stock tree as it was collected. */
const STOCK_BUNDLE = readBundle(readFileSync(join('/work/trees/net/test/checker', "stock/debian-12.bundle.gz")));
/** What was not collected counts as not there: cases are about what controls make of what is. */
const ROOT = rootOfBundle({
	...STOCK_BUNDLE,
	asked: ["/**"]
});
/** Unix seconds at which the stock tree was collected: the time of every case. */
const STOCK_TIME = STOCK_BUNDLE.at;
/** A Debian 12 with all software that controls speak of, as its packages install: stock/README.md. Nothing runs on it. */
function stockRoot() {
	return ROOT;
}
// checker/judging/judgement.ts
const LONGEST_EXCERPT = 200;
/** The place of a line, counted from 1, in a file as read. Its text is looked up when somebody asks: most places are never cited. */
function placeIn(file, line) {
	return {
		path: file.path,
		line,
		get text() {
			return file.text.split("\n", line)[line - 1] ?? "";
		},
		sha256: file.sha256
	};
}
/** Evidence for what stands at a place. */
function cite(place) {
	return {
		source: "file",
		path: place.path,
		line: place.line,
		excerpt: excerptOf(place.text),
		sha256: place.sha256
	};
}
/** Evidence for a file as a whole, or for what it does not hold: `what` says which. */
function citeFile(file, what) {
	return {
		source: "file",
		path: file.path,
		excerpt: excerptOf(what),
		sha256: file.sha256
	};
}
/** One line of at most 200 characters without control characters: what a host's files hold must not steer a terminal. */
function excerptOf(text) {
	const clean = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ").trim();
	return clean.length <= LONGEST_EXCERPT ? clean : `${clean.slice(0, 199)}…`;
}
// checker/facts/fact.ts
/** Declares a fact; `name` is what `hostcheck explain` calls it. */
function fact(name, collect) {
	return {
		name,
		collect
	};
}
// checker/facts/read-lines.ts
/** The lines of a file that are neither empty nor a comment that begins with one of `marks`. */
function linesOf(file, marks = "#") {
	return file.text.split("\n").map((text, index) => ({
		number: index + 1,
		text
	})).filter(({ text }) => text.trim() !== "" && !marks.includes(text.trimStart()[0]));
}
/** The file where it could be read; else undefined, and the run remembers why. */
function readIfThere(root, path) {
	const reading = root.read(path);
	return reading.outcome === "read" ? reading : void 0;
}
// checker/facts/systemd.ts
/** Folders of units, the first wins (systemd.unit(5)). */
const FOLDERS$2 = [
	"/etc/systemd/system",
	"/run/systemd/system",
	"/usr/local/lib/systemd/system",
	"/usr/lib/systemd/system",
	"/lib/systemd/system"
];
/** Units with their drop-ins, and what starts them. */
const systemd = fact("systemd", ({ root }) => {
	const wants = readWants(root);
	const names = [...new Set(FOLDERS$2.flatMap((folder) => namesIn(root, folder).filter(isUnitName)))].sort();
	const cache = /* @__PURE__ */ new Map();
	const unit = (word) => {
		const name = word.includes(".") ? word : `${word}.service`;
		if (!cache.has(name)) cache.set(name, readUnit(root, name, wants));
		return cache.get(name);
	};
	const isEnabled = (word) => {
		const found = unit(word);
		if (found === void 0 || found.isMasked) return false;
		if (found.wantedBy.length > 0) return true;
		const stem = found.name.replace(/\.service$/, "");
		return found.name.endsWith(".service") && [
			"timer",
			"socket",
			"path"
		].some((type) => isEnabled(`${stem}.${type}`));
	};
	return {
		unit,
		names,
		isEnabled
	};
});
const isUnitName = (name) => /\.(service|timer|socket|mount|path|target|automount|swap|slice)$/.test(name);
function readWants(root) {
	const wants = /* @__PURE__ */ new Map();
	for (const folder of FOLDERS$2) for (const name of namesIn(root, folder)) {
		if (!/\.(wants|requires)$/.test(name)) continue;
		for (const unit of namesIn(root, `${folder}/${name}`)) wants.set(unit, [...wants.get(unit) ?? [], `${folder}/${name}/${unit}`]);
	}
	return wants;
}
function readUnit(root, name, wants) {
	const template = name.replace(/@[^@]*(\.[a-z]+)$/, "@$1");
	const path = [name, template].flatMap((each) => FOLDERS$2.map((folder) => `${folder}/${each}`)).find((each) => root.link(each) === "/dev/null" || root.read(each).outcome === "read");
	if (path === void 0) return void 0;
	const isMasked = root.link(path) === "/dev/null";
	const main = isMasked ? void 0 : readIfThere(root, path);
	const files = main === void 0 ? [] : [main, ...dropInsOf(root, name, template)];
	const settings = /* @__PURE__ */ new Map();
	for (const file of files) readSettings(file, settings);
	const all = (section, key) => settings.get(`${section}.${key}`) ?? [];
	return {
		name,
		path,
		isMasked,
		wantedBy: [...wants.get(name) ?? []],
		all,
		last: (section, key) => all(section, key).at(-1)
	};
}
/** Drop-ins of all folders, by file name; of two of one name the folder that comes first counts. */
function dropInsOf(root, name, template) {
	const type = name.slice(name.lastIndexOf(".") + 1);
	const byName = /* @__PURE__ */ new Map();
	for (const owner of [
		name,
		template,
		type
	]) for (const folder of FOLDERS$2) for (const file of namesIn(root, `${folder}/${owner}.d`)) if (file.endsWith(".conf") && !byName.has(file)) byName.set(file, `${folder}/${owner}.d/${file}`);
	return [...byName.entries()].sort(([one], [other]) => one < other ? -1 : 1).flatMap(([, path]) => readIfThere(root, path) ?? []);
}
function readSettings(file, settings) {
	let section = "";
	for (const { text, line } of joinedLines(file.text)) {
		const heading = /^\[(.+)\]$/.exec(text)?.[1];
		if (heading !== void 0) {
			section = heading;
			continue;
		}
		const cut = text.indexOf("=");
		if (cut < 0) continue;
		const key = `${section}.${text.slice(0, cut).trim()}`;
		const value = text.slice(cut + 1).trim();
		if (value === "") settings.set(key, []);
		else settings.set(key, [...settings.get(key) ?? [], {
			value,
			at: placeIn(file, line)
		}]);
	}
}
/** A backslash at the end joins lines; comments between are left out. */
function joinedLines(text) {
	const lines = [];
	let isOpen = false;
	for (const [index, raw] of text.split("\n").entries()) {
		const trimmed = raw.trim();
		if (trimmed === "" || trimmed[0] === "#" || trimmed[0] === ";") {
			if (trimmed === "") isOpen = false;
			continue;
		}
		const goesOn = trimmed.endsWith("\\");
		const part = goesOn ? trimmed.slice(0, -1).trimEnd() : trimmed;
		if (isOpen) lines.at(-1).text += ` ${part}`;
		else lines.push({
			text: part,
			line: index + 1
		});
		isOpen = goesOn;
	}
	return lines;
}
// checker/facts/unit-evidence.ts
/** Evidence that a unit is there, and what starts it. */
function placeOfUnit(host, name) {
	const unit = host.get(systemd).unit(name);
	if (unit === void 0) return [{
		source: "status",
		path: `/usr/lib/systemd/system/${name}`,
		excerpt: "no such unit"
	}];
	if (unit.isMasked) return [{
		source: "status",
		path: unit.path,
		excerpt: "masked: linked to /dev/null"
	}];
	const started = unit.wantedBy[0];
	return [{
		source: "status",
		path: started ?? unit.path,
		excerpt: started === void 0 ? "nothing starts it" : "started at boot"
	}];
}
// checker/facts/firewall/boot-firewall.ts
const STARTS = {
	error: void 0,
	evidence: []
};
// checker/facts/firewall/filter.ts
const FAMILIES = ["IPv4", "IPv6"];
/** Evidence for a place whose line is looked up only when somebody asks: a file may hold a hundred thousand rules. */
function citeLater(place) {
	const { path, line, sha256 } = place;
	return {
		source: "file",
		path,
		line,
		get excerpt() {
			return cite(place).excerpt;
		},
		sha256
	};
}
// checker/facts/includes.ts
const MOST_FILES = 512;
const MOST_DEPTH = 16;
function createIncludes() {
	const open = /* @__PURE__ */ new Set();
	let files = 0;
	return { within: (path, read) => {
		if (open.has(path) || open.size >= MOST_DEPTH || files >= MOST_FILES) return;
		files++;
		open.add(path);
		read();
		open.delete(path);
	} };
}
// checker/facts/firewall/shorewall-files.ts
const MOST_ROWS = 2e4;
const LONGEST_ROW = 8192;
const LONGEST_VALUE = 256;
/** `NAME=value` of shorewall.conf, params or /etc/default/shorewall, quotes off: the last wins. */
function shellSettings(root, path) {
	const file = readIfThere(root, path);
	const settings = /* @__PURE__ */ new Map();
	for (const [index, line] of (file?.text.split("\n") ?? []).entries()) {
		const [, name, value] = /^\s*(?:export\s+)?(\w+)=(.*)$/.exec(line) ?? [];
		if (name === void 0) continue;
		const quoted = /^"([^"]*)"|^'([^']*)'/.exec(value);
		const plain = quoted === null ? value.replace(/\s#.*$/, "").trim() : quoted[1] ?? quoted[2] ?? "";
		settings.set(name, {
			value: plain,
			at: placeIn(file, index + 1)
		});
	}
	return settings;
}
/** Rows of a table of Shorewall (shorewall-files(5)): variables put in, lines joined, INCLUDE followed, `;` and `?` lines left out. */
function rowsOf(root, path, variables) {
	const rows = [];
	addRows({
		root,
		variables,
		rows,
		includes: createIncludes()
	}, path);
	return rows;
}
function addRows(reading, path) {
	reading.includes.within(path, () => addRowsOnce(reading, path));
}
function addRowsOnce(reading, path) {
	const file = exists(reading.root, path) ? readIfThere(reading.root, path) : void 0;
	if (file === void 0) return;
	let open = "";
	for (const [index, raw] of file.text.split("\n").entries()) {
		const joined = `${open}${raw.replace(/(^|\s)#.*$/, "")}`.slice(0, LONGEST_ROW);
		if (joined.endsWith("\\") && joined.length < LONGEST_ROW) {
			open = joined.slice(0, -1);
			continue;
		}
		open = "";
		const text = joined.replace(/\$\{?(\w+)\}?/g, (whole, name) => reading.variables.get(name)?.slice(0, LONGEST_VALUE) ?? whole).trim();
		const included = /^\??INCLUDE\s+(\S+)$/.exec(text)?.[1];
		if (included !== void 0) addRows(reading, relativeTo(path.slice(0, path.lastIndexOf("/")), included));
		else if (text !== "" && text[0] !== "?" && reading.rows.length < MOST_ROWS) reading.rows.push({
			columns: text.split(/\s+/),
			at: placeIn(file, index + 1)
		});
	}
}
// checker/facts/firewall/firewalld.ts
const FOLDERS$1 = ["/etc/firewalld", "/usr/lib/firewalld"];
/** firewalld (firewalld.zone(5), firewalld.policy(5)): the default zone, and policies from the host; undefined where it is not there. */
function readFirewalld(host) {
	const path = "/etc/firewalld/firewalld.conf";
	if (!exists(host.root, path)) return void 0;
	const settings = shellSettings(host.root, path);
	const zone = settings.get("DefaultZone")?.value ?? "public";
	const zoneFile = FOLDERS$1.map((folder) => `${folder}/zones/${zone}.xml`).find((each) => exists(host.root, each));
	const input = zoneFile === void 0 ? void 0 : readIfThere(host.root, zoneFile);
	const accepts = input === void 0 || /<zone[^>]{0,200}\starget="ACCEPT"/.test(input.text);
	const outPolicy = glob(host.root, "/etc/firewalld/policies/*.xml").flatMap((each) => readIfThere(host.root, each) ?? []).find(({ text }) => /<ingress-zone name="HOST"/.test(text) && /<policy[^>]{0,200}\starget="(REJECT|DROP)"/.test(text));
	const logs = (settings.get("LogDenied")?.value ?? "off") !== "off";
	const at = (file) => file === void 0 ? {
		source: "status",
		path,
		excerpt: `zone ${zone}`
	} : citeFile(file, `zone or policy of firewalld`);
	const way = [chainOf$3("input", !accepts, {
		logs,
		at: at(input)
	}), chainOf$3("output", outPolicy !== void 0, {
		logs,
		at: at(outPolicy)
	})];
	const start = host.get(systemd).isEnabled("firewalld") ? STARTS : {
		error: "nothing starts its service",
		evidence: placeOfUnit(host, "firewalld")
	};
	return {
		name: "firewalld",
		ways: [way],
		start
	};
}
function chainOf$3(hook, denies, { logs, at }) {
	return {
		families: FAMILIES,
		table: "firewalld",
		name: hook,
		type: "filter",
		hook,
		policy: denies ? "deny" : "accept",
		rules: logs ? [{
			matches: [{ on: "rate" }],
			verdict: void 0,
			log: "kernel",
			at
		}] : [],
		at
	};
}
// checker/facts/firewall/iptables-save.ts
const HOOKS = {
	INPUT: "input",
	OUTPUT: "output",
	FORWARD: "forward",
	PREROUTING: "prerouting",
	POSTROUTING: "postrouting"
};
/** Chains of a file in the form of iptables-save(8). */
function chainsOfFile(file, family) {
	return chainsOfLines(file.text, family, (line) => citeLater(placeIn(file, line)));
}
/** Chains of what the command iptables-save or ip6tables-save printed. */
function chainsOfCommand(text, family, command) {
	const lines = text.split("\n");
	return chainsOfLines(text, family, (line) => ({
		source: "command",
		path: command,
		excerpt: excerptOf(lines[line - 1] ?? "")
	}));
}
function chainsOfLines(text, family, at) {
	const chains = /* @__PURE__ */ new Map();
	let table = "filter";
	for (const [index, raw] of text.split("\n").entries()) {
		const line = raw.trim();
		if (line[0] === "*") table = line.slice(1).trim();
		else if (line[0] === ":") {
			const [name = "", policy] = line.slice(1).split(/\s+/);
			chains.set(`${table} ${name}`, {
				families: [family],
				table,
				name,
				type: table,
				hook: HOOKS[name],
				policy: policy === "DROP" ? "deny" : "accept",
				rules: [],
				at: at(index + 1)
			});
		} else if (/^(\[\d+:\d+\]\s+)?-A\s/.test(line)) {
			const [chain = "", ...words] = wordsOf(line.replace(/^(\[\d+:\d+\]\s+)?-A\s+/, ""));
			chains.get(`${table} ${chain}`)?.rules.push(ruleOf$2(words, at(index + 1)));
		}
	}
	return [...chains.values()];
}
function wordsOf(line) {
	return (line.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? []).map((word) => word.replace(/^"(.*)"$/s, "$1"));
}
const LISTS = {
	"-i": (names, negated) => ({
		on: "interface",
		names,
		negated
	}),
	"-o": (names, negated) => ({
		on: "interface",
		names,
		negated
	}),
	"-p": (protocols, negated) => ({
		on: "protocol",
		protocols,
		negated
	}),
	"-s": (prefixes, negated) => ({
		on: "address",
		prefixes,
		negated
	}),
	"-d": (prefixes, negated) => ({
		on: "address",
		prefixes,
		negated
	}),
	"--uid-owner": (users, negated) => ({
		on: "user",
		users,
		negated
	}),
	"--state": (states, negated) => ({
		on: "state",
		states: states.map((each) => each.toLowerCase()),
		negated
	}),
	"--ctstate": (states, negated) => ({
		on: "state",
		states: states.map((each) => each.toLowerCase()),
		negated
	}),
	"--dport": (ports, negated) => ({
		on: "port",
		ports,
		negated
	}),
	"--dports": (ports, negated) => ({
		on: "port",
		ports,
		negated
	})
};
const LONG_FORMS = {
	"--in-interface": "-i",
	"--out-interface": "-o",
	"--protocol": "-p",
	"--source": "-s",
	"--destination": "-d",
	"--destination-port": "--dport",
	"--destination-ports": "--dports",
	"--jump": "-j",
	"--goto": "-g",
	"--match": "-m"
};
/** Modules that only name what options of LISTS, or nothing, ask. */
const SILENT_MODULES = /^(tcp|udp|comment|state|conntrack|multiport|owner)$/;
function ruleOf$2(words, at) {
	const matches = [];
	let verdict;
	let log;
	let negated = false;
	for (let index = 0; index < words.length; index++) {
		const word = LONG_FORMS[words[index]] ?? words[index];
		if (word === "!") {
			negated = true;
			continue;
		}
		const value = words[index + 1] ?? "";
		const list = LISTS[word];
		if (list !== void 0) matches.push(list(value.split(","), negated));
		else if (word === "-m" && /^(limit|hashlimit)$/.test(value)) matches.push({ on: "rate" });
		else if (word === "-m" && !SILENT_MODULES.test(value)) matches.push({ on: "other" });
		else if (word === "-g") verdict = {
			kind: "goto",
			chain: value
		};
		else if (word === "-j" && /^(NF|U)?LOG$/.test(value)) log = value === "LOG" ? "kernel" : "group";
		else if (word === "-j") verdict = targetOf(value);
		else if (/^(-f|--tcp-flags|--syn|--sport|--sports|--icmp-type|--icmpv6-type)$/.test(word)) matches.push({ on: "other" });
		if (word[0] === "-" && value[0] !== "-" && value !== "!") index++;
		negated = false;
	}
	return {
		matches,
		verdict,
		log,
		at
	};
}
function targetOf(name) {
	if (name === "ACCEPT") return { kind: "accept" };
	if (name === "DROP" || name === "REJECT") return { kind: "deny" };
	if (name === "RETURN") return { kind: "return" };
	if (name === "REDIRECT" || name === "TPROXY" || name === "DNAT") return { kind: "redirect" };
	return {
		kind: "jump",
		chain: name
	};
}
// checker/facts/firewall/nft-json.ts
/** Chains of `nft -j list ruleset` (libnftables-json(5)); undefined for what is no such JSON. */
function chainsOfJson(text) {
	const objects = objectsOf(text);
	if (objects === void 0) return void 0;
	const chains = /* @__PURE__ */ new Map();
	const keyOf = (each, name) => `${each.family} ${each.table} ${name}`;
	for (const { chain } of objects) if (isObject(chain)) chains.set(keyOf(chain, chain.name), chainOf$2(chain));
	for (const { rule } of objects) {
		if (!isObject(rule)) continue;
		const chain = chains.get(keyOf(rule, rule.chain));
		if (chain !== void 0 && Array.isArray(rule.expr)) chain.rules.push(ruleOf$1(rule, rule.expr.filter(isObject)));
	}
	return [...chains.values()];
}
function objectsOf(text) {
	try {
		const parsed = JSON.parse(text);
		return isObject(parsed) && Array.isArray(parsed.nftables) ? parsed.nftables.filter(isObject) : void 0;
	} catch {
		return;
	}
}
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
/** What is in force, in the words of nft. */
function shown(what) {
	return {
		source: "command",
		path: "nft -j list ruleset",
		excerpt: excerptOf(what)
	};
}
/** Families of a table: `inet` has both; bridges and netdev filter no connections of the host. */
function familiesOf(family) {
	if (family === "inet") return FAMILIES;
	return family === "ip" ? ["IPv4"] : family === "ip6" ? ["IPv6"] : [];
}
function chainOf$2(chain) {
	const policy = chain.policy === "drop" ? "deny" : "accept";
	const place = `table ${chain.family} ${chain.table}, chain ${chain.name}`;
	return {
		families: familiesOf(String(chain.family)),
		table: `${chain.family} ${chain.table}`,
		name: String(chain.name),
		type: String(chain.type ?? ""),
		hook: typeof chain.hook === "string" ? chain.hook : void 0,
		policy,
		rules: [],
		at: shown(chain.hook === void 0 ? place : `${place}: hook ${chain.hook} policy ${chain.policy ?? "accept"}`)
	};
}
function ruleOf$1(rule, statements) {
	const matches = [];
	let verdict;
	let log;
	for (const statement of statements) {
		verdict ??= verdictOf(statement);
		if ("log" in statement) log = isObject(statement.log) && statement.log.group !== void 0 ? "group" : "kernel";
		else if ("limit" in statement) matches.push({ on: "rate" });
		else if (isObject(statement.match)) matches.push(matchOf(statement.match));
		else if ("vmap" in statement) matches.push({ on: "other" });
		else if (isObject(statement.xt) && statement.xt.type === "match") matches.push({ on: "other" });
		else if (isObject(statement.xt) && /^(NF|U)?LOG$/.test(String(statement.xt.name))) log = statement.xt.name === "LOG" ? "kernel" : "group";
		else if ("xt" in statement && verdict === void 0) matches.push({ on: "other" });
	}
	const at = shown(`table ${rule.family} ${rule.table}, chain ${rule.chain}: ${JSON.stringify(rule.expr)}`);
	return {
		matches,
		verdict,
		log,
		at
	};
}
function verdictOf(statement) {
	if ("accept" in statement) return { kind: "accept" };
	if ("drop" in statement || "reject" in statement) return { kind: "deny" };
	if ("return" in statement) return { kind: "return" };
	if ("redirect" in statement || "dnat" in statement || "tproxy" in statement) return { kind: "redirect" };
	if (isObject(statement.jump)) return {
		kind: "jump",
		chain: String(statement.jump.target)
	};
	if (isObject(statement.goto)) return {
		kind: "goto",
		chain: String(statement.goto.target)
	};
	if (isObject(statement.xt) && statement.xt.type === "target") {
		if (statement.xt.name === "REJECT" || statement.xt.name === "DROP") return { kind: "deny" };
		if (statement.xt.name === "REDIRECT" || statement.xt.name === "TPROXY" || statement.xt.name === "DNAT") return { kind: "redirect" };
	}
}
function matchOf({ op, left, right }) {
	const negated = op === "!=";
	if (!isObject(left) || op !== "==" && op !== "in" && !negated) return { on: "other" };
	const values = valuesOf(right);
	if (values === void 0) return { on: "other" };
	if (isObject(left.meta)) return metaMatch(String(left.meta.key), values, negated);
	if (isObject(left.ct)) return left.ct.key === "state" ? {
		on: "state",
		states: values,
		negated
	} : { on: "other" };
	if (!isObject(left.payload)) return { on: "other" };
	const { field } = left.payload;
	if (field === "dport") return {
		on: "port",
		ports: values,
		negated
	};
	if (field === "protocol" || field === "nexthdr") return {
		on: "protocol",
		protocols: values,
		negated
	};
	if (field === "saddr" || field === "daddr") return {
		on: "address",
		prefixes: values,
		negated
	};
	return { on: "other" };
}
/** Keys of `meta`, in JSON as in the text form (nft(8), META EXPRESSIONS). */
function metaMatch(key, values, negated) {
	if ([
		"iif",
		"iifname",
		"oif",
		"oifname"
	].includes(key)) return {
		on: "interface",
		names: values,
		negated
	};
	if (key === "skuid") return {
		on: "user",
		users: values,
		negated
	};
	if (key === "l4proto") return {
		on: "protocol",
		protocols: values,
		negated
	};
	if (key === "nfproto" && !negated) {
		if (values[0] === "ipv4" || values[0] === "ipv6") return {
			on: "family",
			family: values[0] === "ipv4" ? "IPv4" : "IPv6"
		};
	}
	return { on: "other" };
}
/** Words of a value, a set, a range or a prefix; undefined for what refers to something else. */
function valuesOf(value) {
	if (typeof value === "string") return value.startsWith("@") ? ["@"] : [value];
	if (typeof value === "number") return [String(value)];
	if (Array.isArray(value)) return value.flatMap((each) => valuesOf(each) ?? []);
	if (!isObject(value)) return void 0;
	if (Array.isArray(value.set)) return valuesOf(value.set);
	if (Array.isArray(value.range)) return [value.range.map(String).join("-")];
	if (isObject(value.prefix)) return [`${value.prefix.addr}/${value.prefix.len}`];
	return isObject(value.elem) ? valuesOf(value.elem.val) : void 0;
}
// checker/facts/firewall/nft-rule.ts
const META = [
	"iif",
	"iifname",
	"oif",
	"oifname",
	"skuid",
	"l4proto",
	"nfproto"
];
const VERDICTS = {
	accept: "accept",
	drop: "deny",
	reject: "deny",
	return: "return",
	redirect: "redirect",
	dnat: "redirect",
	tproxy: "redirect"
};
/** Options of `log` that have a value. */
const LOG_OPTIONS = [
	"prefix",
	"level",
	"group",
	"snaplen",
	"queue-threshold",
	"flags"
];
const FIELDS = {
	dport: (ports, negated) => ({
		on: "port",
		ports,
		negated
	}),
	protocol: (protocols, negated) => ({
		on: "protocol",
		protocols,
		negated
	}),
	nexthdr: (protocols, negated) => ({
		on: "protocol",
		protocols,
		negated
	}),
	saddr: (prefixes, negated) => ({
		on: "address",
		prefixes,
		negated
	}),
	daddr: (prefixes, negated) => ({
		on: "address",
		prefixes,
		negated
	})
};
/** A rule in nft's own words, as nft(8) has them; a set stands as one word, `{22, 80}`. */
function nftRule(words, at) {
	const matches = [];
	let verdict;
	let log;
	for (let index = 0; index < words.length;) {
		const reading = readingAt(words, index);
		if (reading.match !== void 0) matches.push(reading.match);
		verdict ??= reading.verdict;
		log ??= reading.log;
		index = verdict === void 0 ? index + reading.took : words.length;
	}
	return {
		matches,
		verdict,
		log,
		at
	};
}
function readingAt(words, index) {
	const word = words[index];
	const next = words[index + 1] ?? "";
	if (Object.hasOwn(VERDICTS, word)) return {
		verdict: { kind: VERDICTS[word] },
		took: 1
	};
	if (word === "jump" || word === "goto") return {
		verdict: {
			kind: word,
			chain: next
		},
		took: 2
	};
	if (word === "log") return logAt(words, index);
	if (word === "counter") return { took: next === "packets" ? 5 : 1 };
	if (word === "comment") return { took: 2 };
	if (word === "limit") return {
		match: { on: "rate" },
		took: limitLength(words, index)
	};
	if (word === "meta" && META.includes(next)) return after(2, comparisonAt(words, index + 2, (...of) => metaMatch(next, ...of)));
	if (META.includes(word)) return after(1, comparisonAt(words, index + 1, (...of) => metaMatch(word, ...of)));
	if (word === "ct" && next === "state") return after(2, comparisonAt(words, index + 2, (states, negated) => ({
		on: "state",
		states,
		negated
	})));
	const field = Object.hasOwn(FIELDS, next) ? FIELDS[next] : void 0;
	return field === void 0 ? {
		match: { on: "other" },
		took: 1
	} : after(2, comparisonAt(words, index + 2, field));
}
function after(words, reading) {
	return {
		...reading,
		took: words + reading.took
	};
}
/** `[==|!=] VALUE[, VALUE …]` or a set. */
function comparisonAt(words, from, matchOf) {
	const negated = words[from] === "!=";
	let end = from + (negated || words[from] === "==" ? 1 : 0);
	if (words[end] === "vmap" || words[end] === "map") return {
		match: { on: "other" },
		took: end + 2 - from
	};
	const values = [words[end] ?? ""];
	while (values.at(-1).endsWith(",")) values.push(words[++end] ?? "");
	return {
		match: matchOf(values.join(" ").replace(/[{}]/g, " ").split(/[\s,]+/).filter((each) => each !== ""), negated),
		took: end + 1 - from
	};
}
function logAt(words, index) {
	let end = index + 1;
	let log = "kernel";
	while (LOG_OPTIONS.includes(words[end] ?? "")) {
		if (words[end] === "group") log = "group";
		end += 2;
	}
	return {
		log,
		took: end - index
	};
}
/** `limit rate [over] N/UNIT [burst N packets]`; `limit name X`. */
function limitLength(words, index) {
	let end = index + 2;
	if (words[end] === "over") end++;
	end++;
	if (words[end] === "{" || words[end] === "bytes/second") end++;
	if (words[end] === "burst") end += 3;
	return end - index;
}
// checker/facts/firewall/nft-text.ts
const MOST_TOKENS = 2e5;
const MOST_WORDS = 2e3;
/** Chains that `nft -f PATH` would make, with what it includes and defines (nft(8), INPUT FILE FORMATS). */
function chainsOfNftFile(root, path) {
	const tokens = [];
	addTokens(root, path, tokens, createIncludes());
	const chains = /* @__PURE__ */ new Map();
	readCommands(tokens, chains);
	return [...chains.values()];
}
/** One token for a word, a string, a separator; a `;` for the end of a line. */
const TOKEN = /"[^"\n]*"|#[^\n]*|\\\n|\n|[{};]|[^\s{};"#\\]+|\\/g;
function addTokens(root, path, tokens, includes) {
	includes.within(path, () => addTokensOnce(root, path, tokens, includes));
}
function addTokensOnce(root, path, tokens, includes) {
	const file = readIfThere(root, path);
	if (file === void 0) return;
	let line = 1;
	for (const [text] of file.text.matchAll(TOKEN)) {
		const at = placeIn(file, line);
		if (text.endsWith("\n")) line++;
		if (text[0] === "#" || text === "\\\n" || tokens.length > MOST_TOKENS) continue;
		if (!(text[0] === "\"" && tokens.at(-1)?.text === "include")) {
			tokens.push({
				text: text === "\n" ? ";" : text.replace(/^"(.*)"$/, "$1"),
				at
			});
			continue;
		}
		tokens.pop();
		for (const included of glob(root, relativeTo("/etc", text.slice(1, -1)))) addTokens(root, included, tokens, includes);
	}
}
/** Goes through statements: `table`, `chain`, `add rule`, `flush ruleset`, `define`. */
function readCommands(tokens, chains) {
	const defined = /* @__PURE__ */ new Map();
	let table;
	let chain;
	for (let index = 0; index < tokens.length;) {
		const statement = statementAt(tokens, index);
		index = statement.next;
		const words = expanded(statement.words, defined);
		const at = tokens[statement.start]?.at;
		if (statement.closes) {
			if (chain !== void 0) chain = void 0;
			else table = void 0;
		}
		if (words.length === 0 || at === void 0) continue;
		const [first, second, ...rest] = words;
		if (first === "define" && rest[0] === "=") defined.set(second, rest.slice(1));
		else if (first === "flush" && second === "ruleset") chains.clear();
		else if (statement.opens && table === void 0) table = tableOf(words[0] === "add" ? words.slice(1) : words);
		else if (statement.opens && first === "chain" && table !== void 0) chain = openChain(chains, table, {
			name: second,
			at
		});
		else if (statement.opens) index = pastBlock(tokens, index);
		else if (chain !== void 0) chain = readInChain(chains, chain, {
			words,
			at
		});
		else if (first === "add" && second === "rule") addRule(chains, rest, at);
	}
}
/** Variables put in; definitions that double each other would grow without end. */
function expanded(words, defined) {
	const all = [];
	for (const word of words) {
		const value = word[0] === "$" ? defined.get(word.slice(1)) : void 0;
		if (all.length < MOST_WORDS) all.push(...value ?? [word]);
	}
	return all.slice(0, MOST_WORDS);
}
const BLOCKS = /* @__PURE__ */ new Set([
	"table",
	"chain",
	"set",
	"map",
	"flowtable",
	"counter",
	"quota",
	"ct",
	"limit",
	"secmark",
	"synproxy"
]);
/** Words to the end of a statement; a set in braces is one word: `{22,80}`. */
function statementAt(tokens, from) {
	const words = [];
	let start = from;
	for (let index = from; index < tokens.length; index++) {
		const { text } = tokens[index];
		const end = (opens, closes) => ({
			words,
			start,
			next: index + 1,
			opens,
			closes
		});
		if (text === ";") {
			if (words.length > 0) return end(false, false);
			start = index + 1;
		} else if (text === "}") {
			if (words.length === 0) return end(false, true);
			return {
				...end(false, false),
				next: index
			};
		} else if (text !== "{") words.push(text);
		else {
			if (BLOCKS.has(words[0] === "add" ? words[1] ?? "" : words[0] ?? "") && !words.includes("state")) return end(true, false);
			const close = pastBlock(tokens, index + 1);
			words.push(`{${tokens.slice(index + 1, close - 1).map((token) => token.text).join(" ")}}`);
			index = close - 1;
		}
	}
	return {
		words,
		start,
		next: tokens.length,
		opens: false,
		closes: false
	};
}
function pastBlock(tokens, from) {
	let depth = 1;
	for (let index = from; index < tokens.length; index++) if (tokens[index].text === "{") depth++;
	else if (tokens[index].text === "}" && --depth === 0) return index + 1;
	return tokens.length;
}
/** `table NAME` means `table ip NAME`. */
function tableOf(words) {
	return words.length > 2 ? {
		family: words[1],
		name: words[2]
	} : {
		family: "ip",
		name: words[1] ?? ""
	};
}
function openChain(chains, table, { name, at }) {
	const owner = `${table.family} ${table.name}`;
	const known = chains.get(`${owner} ${name}`);
	if (known !== void 0) return known;
	const chain = {
		families: familiesOf(table.family),
		table: owner,
		name,
		type: "",
		hook: void 0,
		policy: "accept",
		rules: [],
		at: citeLater(at)
	};
	chains.set(`${owner} ${name}`, chain);
	return chain;
}
/** `type filter hook input priority 0`, `policy drop`, or a rule; it returns the chain as it is now. */
function readInChain(chains, chain, { words, at }) {
	const [first, second] = words;
	const key = `${chain.table} ${chain.name}`;
	const keep = (changed) => {
		chains.set(key, changed);
		return changed;
	};
	if (first === "type") return keep({
		...chain,
		type: second ?? "",
		hook: words[words.indexOf("hook") + 1],
		at: citeLater(at)
	});
	if (first === "policy") return keep({
		...chain,
		policy: second === "drop" ? "deny" : "accept",
		at: citeLater(at)
	});
	if (first !== "comment" && first !== "flags") chain.rules.push(nftRule(words, citeLater(at)));
	return chain;
}
/** `add rule [FAMILY] TABLE CHAIN …` */
function addRule(chains, words, at) {
	const [family, table, chain, ...rule] = [
		"ip",
		"ip6",
		"inet",
		"arp",
		"bridge",
		"netdev"
	].includes(words[0] ?? "") ? words : ["ip", ...words];
	chains.get(`${family} ${table} ${chain}`)?.rules.push(nftRule(rule, citeLater(at)));
}
// checker/facts/packages.ts
/** Debian packages whose state is "installed", by name (dpkg(1), /var/lib/dpkg/status). */
const packages = fact("packages", (host) => {
	const found = /* @__PURE__ */ new Map();
	const file = readIfThere(host.root, "/var/lib/dpkg/status");
	if (file === void 0) return found;
	let current;
	const keep = () => {
		if (current?.isInstalled) found.set(current.name, {
			name: current.name,
			version: current.version,
			at: placeIn(file, current.line)
		});
	};
	for (const [index, line] of file.text.split("\n").entries()) {
		const [, field, value] = /^(Package|Status|Version): (.*)$/.exec(line) ?? [];
		if (field === "Package") {
			keep();
			current = {
				name: value,
				line: index + 1,
				isInstalled: false,
				version: ""
			};
		} else if (field === "Status" && current !== void 0) current.isInstalled = value.endsWith(" installed");
		else if (field === "Version" && current !== void 0) current.version = value;
	}
	keep();
	return found;
});
// checker/facts/firewall/shorewall.ts
const MOST_ZONES = 64;
const PRODUCTS = [{
	product: "shorewall",
	family: "IPv4"
}, {
	product: "shorewall6",
	family: "IPv6"
}];
/** Both products, installed or not. */
const shorewalls = fact("shorewall", (host) => PRODUCTS.map(({ product, family }) => readShorewall(host, product, family)));
function readShorewall(host, product, family) {
	const folder = `/etc/${product}`;
	const settings = shellSettings(host.root, `${folder}/${product}.conf`);
	const variables = new Map([...settings, ...shellSettings(host.root, `${folder}/params`)].map(([name, { value }]) => [name, value]));
	const zones = rowsOf(host.root, `${folder}/zones`, variables);
	const firewallZone = zones.find(({ columns }) => columns[1] === "firewall")?.columns[0] ?? "fw";
	variables.set("FW", firewallZone);
	const policies = rowsOf(host.root, `${folder}/policy`, variables);
	const rules = rowsOf(host.root, `${folder}/rules`, variables);
	const outside = outsideOf(zones.map(({ columns }) => columns[0].split(":")[0]).filter((zone) => zone !== firewallZone));
	const isInstalled = host.get(packages).has(product);
	const startError = isInstalled ? startErrorOf(host, product, {
		settings,
		policies,
		zones
	}) : void 0;
	const ways = outside.map((zone) => [chainOf$1({
		family,
		product,
		hook: "input",
		policies,
		rules
	}, zone, firewallZone), chainOf$1({
		family,
		product,
		hook: "output",
		policies,
		rules
	}, firewallZone, zone)]);
	return {
		product,
		family,
		isInstalled,
		startError,
		setting: (name) => settings.get(name),
		startup: shellSettings(host.root, `/etc/default/${product}`).get("startup"),
		policies,
		rules,
		ways
	};
}
/** Zones with the world in them: by the names that all samples use; where none has such a name, all. */
function outsideOf(zones) {
	const named = zones.filter((zone) => /^(net|ext|wan|inet|internet|public|out)/i.test(zone));
	return (named.length > 0 ? named : zones).slice(0, MOST_ZONES);
}
function startErrorOf(host, product, { settings, policies, zones }) {
	const isOn = settings.get("STARTUP_ENABLED");
	if (isOn?.value.toLowerCase() === "no") return {
		why: "STARTUP_ENABLED is No",
		evidence: [cite(isOn.at)]
	};
	const empty = {
		source: "status",
		path: `/etc/${product}/policy`,
		excerpt: "no policy"
	};
	if (policies.length === 0 || zones.length === 0) return {
		why: "it has no policy or no zones",
		evidence: [empty]
	};
	if (!host.get(systemd).isEnabled(product)) return {
		why: "nothing starts its service",
		evidence: placeOfUnit(host, product)
	};
}
const DENIES = /^(DROP|REJECT|A_DROP|A_REJECT|BLACKLIST)\b/;
function chainOf$1(of, source, target) {
	const policy = of.policies.find(({ columns }) => covers(columns[0], source) && covers(columns[1], target));
	const denies = policy !== void 0 && DENIES.test(policy.columns[2] ?? "");
	const rules = of.rules.flatMap((row) => ruleOf(row, source, target) ?? []);
	const at = policy === void 0 ? {
		source: "status",
		path: `/etc/${of.product}/policy`,
		excerpt: `no policy from ${source} to ${target}`
	} : cite(policy.at);
	const log = logOf(policy?.columns[3]);
	if (log !== void 0) rules.push({
		matches: [{ on: "rate" }],
		verdict: void 0,
		log,
		at
	});
	return {
		families: [of.family],
		table: of.product,
		name: `${source}-${target}`,
		type: "filter",
		hook: of.hook,
		policy: denies ? "deny" : "accept",
		rules,
		at
	};
}
/** A level of syslog, or `NFLOG(1)`; `-` and `none` log nothing. Shorewall limits what it logs (LOGLIMIT). */
function logOf(level) {
	const word = (level ?? "-").split(":")[0];
	if (word === "-" || word === "" || /^none/i.test(word)) return void 0;
	return /^(NF|U)LOG/i.test(word) ? "group" : "kernel";
}
/** `all`, `any`, `net,loc`, `all!dmz`. */
function covers(column, zone) {
	const [zones = "", excluded = ""] = (column ?? "").split("!");
	if (excluded.split(",").includes(zone)) return false;
	return zones.split(",").some((each) => each === zone || /^(all|any)[+-]*$/.test(each));
}
const MACROS = {
	HTTP: ["80"],
	HTTPS: ["443"],
	Web: ["80", "443"],
	ACCEPT: []
};
/** A rule, where it lets through, or keeps, what no address narrows; rules for the sections of known connections are left out. */
function ruleOf({ columns, at }, source, target) {
	const [action = "", from, to, protocol = "-", ports = "-", , , , user = "-"] = columns;
	if (!covers(from, source) || !covers(to, target)) return void 0;
	const bare = action.split(":")[0].replace(/[+!]$/, "");
	const [, macro, within] = /^(\w+)[(/](\w+)\)?$/.exec(bare) ?? [];
	const verdict = within ?? bare;
	const matches = [];
	if (macro !== void 0) {
		const known = Object.hasOwn(MACROS, macro) ? MACROS[macro] : void 0;
		matches.push(known === void 0 ? { on: "other" } : {
			on: "port",
			ports: known,
			negated: false
		});
	}
	if (protocol !== "-") matches.push({
		on: "protocol",
		protocols: protocol.toLowerCase().split(","),
		negated: false
	});
	if (ports !== "-") matches.push({
		on: "port",
		ports: ports.split(","),
		negated: false
	});
	if (user !== "-") matches.push({
		on: "user",
		users: [user.replace(/^!/, "").split(":")[0]],
		negated: user[0] === "!"
	});
	const kind = verdict === "ACCEPT" ? "accept" : DENIES.test(verdict) ? "deny" : void 0;
	return kind === void 0 ? void 0 : {
		matches,
		verdict: { kind },
		log: logOf(action.split(":")[1]),
		at: citeLater(at)
	};
}
// checker/facts/firewall/ufw.ts
/** ufw (ufw(8), ufw-framework(8)): its defaults, and what users added; undefined where it is not configured. */
function readUfw(host) {
	if (!exists(host.root, "/etc/ufw/ufw.conf")) return void 0;
	const own = shellSettings(host.root, "/etc/ufw/ufw.conf");
	const defaults = shellSettings(host.root, "/etc/default/ufw");
	return {
		name: "ufw",
		ways: [["IPv4", "IPv6"].filter((family) => family === "IPv4" || defaults.get("IPV6")?.value !== "no").flatMap((family) => [chainOf(host, family, {
			own,
			policy: defaults.get("DEFAULT_INPUT_POLICY"),
			hook: "input"
		}), chainOf(host, family, {
			own,
			policy: defaults.get("DEFAULT_OUTPUT_POLICY"),
			hook: "output"
		})])],
		start: startOf(host, own.get("ENABLED"))
	};
}
function startOf(host, enabled) {
	const at = enabled === void 0 ? [] : [cite(enabled.at)];
	if (enabled?.value.toLowerCase() !== "yes") return {
		error: "ENABLED is not yes in /etc/ufw/ufw.conf",
		evidence: at
	};
	if (!host.get(systemd).isEnabled("ufw")) return {
		error: "nothing starts its service",
		evidence: placeOfUnit(host, "ufw")
	};
	return STARTS;
}
function chainOf(host, family, { own, policy, hook }) {
	const file = readIfThere(host.root, family === "IPv4" ? "/etc/ufw/user.rules" : "/etc/ufw/user6.rules");
	const user = file === void 0 ? [] : chainsOfFile(file, family);
	const name = `ufw${family === "IPv4" ? "" : "6"}-user-${hook}`;
	const at = policy === void 0 ? {
		source: "status",
		path: "/etc/default/ufw",
		excerpt: `no policy for ${hook}`
	} : cite(policy.at);
	const level = own.get("LOGLEVEL");
	const logs = (level?.value ?? "low") === "off" ? [] : [{
		matches: [{ on: "rate" }],
		verdict: void 0,
		log: "kernel",
		at: level === void 0 ? at : cite(level.at)
	}];
	return {
		families: [family],
		table: "ufw",
		name,
		type: "filter",
		hook,
		policy: (policy === void 0 ? hook === "input" : /^(DROP|REJECT)$/i.test(policy.value)) ? "deny" : "accept",
		rules: [...user.find((chain) => chain.name === name)?.rules ?? [], ...logs],
		at
	};
}
// checker/facts/firewall/firewalls.ts
/** The firewalls of a host: what is in force, and what the next boot brings. */
const firewalls = fact("firewalls", (host) => {
	const others = [
		readNftables(host),
		readIptables(host),
		readUfw(host),
		readFirewalld(host)
	];
	return {
		live: liveChains(host),
		atBoot: [...host.get(shorewalls).flatMap((each) => each.isInstalled ? [ofShorewall(each)] : []), ...others.filter((each) => each !== void 0)]
	};
});
function liveChains(host) {
	const nft = host.root.run("nft-ruleset");
	const chains = nft.outcome === "ran" && nft.exitCode === 0 ? chainsOfJson(nft.stdout) : void 0;
	const saved = ["iptables-save", "ip6tables-save"].map((command) => {
		const run = host.root.run(command);
		const family = command === "iptables-save" ? "IPv4" : "IPv6";
		return run.outcome === "ran" && run.exitCode === 0 ? chainsOfCommand(run.stdout, family, command) : void 0;
	});
	if (chains === void 0 && saved.some((each) => each === void 0)) return void 0;
	return [...chains ?? [], ...saved.flatMap((each) => each ?? [])];
}
function ofShorewall({ product, startError, ways, setting }) {
	const disabled = product === "shorewall" ? setting("DISABLE_IPV6") : void 0;
	const closed = disabled?.value === "Yes" ? ["input", "output"].map((hook) => closedTo6(hook, cite(disabled.at))) : [];
	return {
		name: product,
		ways: [...ways, ...closed.length > 0 ? [closed] : []],
		start: startError === void 0 ? STARTS : {
			error: startError.why,
			evidence: startError.evidence
		}
	};
}
function closedTo6(hook, at) {
	return {
		families: ["IPv6"],
		table: "shorewall",
		name: hook,
		type: "filter",
		hook,
		policy: "deny",
		rules: [],
		at
	};
}
function readNftables(host) {
	const path = "/etc/nftables.conf";
	if (!exists(host.root, path)) return void 0;
	const start = host.get(systemd).isEnabled("nftables") ? STARTS : {
		error: "nothing starts nftables.service",
		evidence: placeOfUnit(host, "nftables")
	};
	return {
		name: "nftables",
		ways: [chainsOfNftFile(host.root, path)],
		start
	};
}
function readIptables(host) {
	const chains = ["IPv4", "IPv6"].flatMap((family) => {
		const path = family === "IPv4" ? "/etc/iptables/rules.v4" : "/etc/iptables/rules.v6";
		const file = readIfThere(host.root, path);
		return file === void 0 ? [] : chainsOfFile(file, family);
	});
	if (chains.length === 0) return void 0;
	const start = [
		"netfilter-persistent",
		"iptables",
		"ip6tables"
	].some((unit) => host.get(systemd).isEnabled(unit)) ? STARTS : {
		error: "nothing loads its rules",
		evidence: placeOfUnit(host, "netfilter-persistent")
	};
	return {
		name: "iptables",
		ways: [chains],
		start
	};
}
// checker/facts/sysctl.ts
/** Folders of sysctl.d(5): of two files of one name that of the first counts. */
const FOLDERS = [
	"/etc/sysctl.d",
	"/run/sysctl.d",
	"/usr/local/lib/sysctl.d",
	"/usr/lib/sysctl.d",
	"/lib/sysctl.d"
];
/**
* Kernel settings that boot sets, by name with dots. Files count in the order of their names, whatever their folder; what a
* later one says wins, and a name with a `-` before it is set like any other (sysctl.d(5)).
*/
const sysctls = fact("sysctl", ({ root }) => {
	const files = /* @__PURE__ */ new Map();
	for (const folder of FOLDERS) for (const name of namesIn(root, folder)) if (name.endsWith(".conf") && !files.has(name)) files.set(name, `${folder}/${name}`);
	const paths = [...files].sort(([one], [other]) => one < other ? -1 : 1).map(([, path]) => path);
	const settings = /* @__PURE__ */ new Map();
	for (const file of paths.flatMap((path) => readIfThere(root, path) ?? [])) for (const { text, number } of linesOf(file, "#;")) {
		const [, name, value] = /^\s*-?([\w./*-]+)\s*=(.*)$/.exec(text) ?? [];
		if (name !== void 0) settings.set(dotted(name), {
			value: value.trim(),
			at: placeIn(file, number)
		});
	}
	return settings;
});
/** A name whose first separator is a slash is written with slashes: `net/ipv4/conf/eth0.1/rp_filter`. */
function dotted(name) {
	return /^[^./]*\//.test(name) ? name.replace(/[./]/g, (mark) => mark === "/" ? "." : "/") : name;
}
// checker/facts/squid.ts
const MOST_DIRECTIVES = 5e4;
const LONGEST_LINE = 8192;
/** Squid's configuration (squid.conf, `include`); undefined where there is none. */
const squid = fact("squid", (host) => {
	const path = ["/etc/squid/squid.conf", "/etc/squid3/squid.conf"].find((each) => exists(host.root, each));
	if (path === void 0) return void 0;
	const directives = [];
	addDirectives(host.root, path, directives, createIncludes());
	return {
		isEnabled: ["squid", "squid-openssl"].some((unit) => host.get(systemd).isEnabled(unit)),
		directives
	};
});
function addDirectives(root, path, directives, includes) {
	includes.within(path, () => addDirectivesOnce(root, path, directives, includes));
}
function addDirectivesOnce(root, path, directives, includes) {
	const file = readIfThere(root, path);
	if (file === void 0) return;
	let open = "";
	for (const [index, raw] of file.text.split("\n").entries()) {
		if (open === "" && (raw === "" || raw[0] === "#")) continue;
		const joined = `${open}${raw}`;
		open = joined.endsWith("\\") && joined.length < LONGEST_LINE ? `${joined.slice(0, -1)} ` : "";
		if (open !== "") continue;
		const [name = "", ...rest] = joined.trim().split(/\s+/);
		if (name === "" || name[0] === "#") continue;
		const comment = rest.findIndex((word) => word[0] === "#");
		const words = comment === -1 ? rest : rest.slice(0, comment);
		if (name === "include") for (const each of words.flatMap((pattern) => glob(root, pattern))) addDirectives(root, each, directives, includes);
		else if (directives.length < MOST_DIRECTIVES) directives.push({
			name,
			words,
			at: placeIn(file, index + 1)
		});
	}
}
// checker/facts/mysql.ts
const MAIN = ["/etc/my.cnf", "/etc/mysql/my.cnf"];
/** Groups that the server reads (MariaDB: mysqld(8), option groups). */
const SERVER = /^(mysqld|server|mariadb|mariadbd|(mysqld|mariadb|mariadbd)-\d+\.\d+)$/;
/**
* Options of the MariaDB or MySQL server, by name with underscores: the files in their order, each `!includedir` where it stands, its
* files by name; the last wins. `-` and `_` are one, and `skip-x` says that `x` is off. Undefined where there is no file.
*/
const mysqlOptions = fact("mysql", ({ root }) => {
	const files = MAIN.filter((path) => exists(root, path));
	if (files.length === 0) return void 0;
	const options = /* @__PURE__ */ new Map();
	for (const path of files) addFile$2(root, path, options, createIncludes());
	return options;
});
function addFile$2(root, path, options, includes) {
	includes.within(path, () => addFileOnce$2(root, path, options, includes));
}
function addFileOnce$2(root, path, options, includes) {
	const file = readIfThere(root, path);
	if (file === void 0) return;
	let isServer = false;
	for (const [index, raw] of file.text.split("\n").entries()) {
		const line = raw.trim();
		const [, how, target] = /^!(include|includedir)\s+(\S+)/.exec(line) ?? [];
		const group = /^\[([^\]]+)\]/.exec(line)?.[1];
		if (how === "include") addFile$2(root, target, options, includes);
		else if (how === "includedir") {
			for (const name of namesIn(root, normalized(target))) if (name.endsWith(".cnf")) addFile$2(root, `${normalized(target)}/${name}`, options, includes);
		} else if (group !== void 0) isServer = SERVER.test(group);
		else if (isServer && line !== "" && line[0] !== "#" && line[0] !== ";") {
			const cut = line.indexOf("=");
			const name = (cut === -1 ? line : line.slice(0, cut)).trim().replaceAll("-", "_").replace(/^loose_/, "");
			const value = cut === -1 ? "ON" : line.slice(cut + 1).trim().replace(/\s#.*$/, "").trim().replace(/^(['"])(.*)\1$/, "$2");
			options.set(name, {
				value,
				at: placeIn(file, index + 1)
			});
		}
	}
}
// checker/facts/postgresql.ts
/** Clusters of PostgreSQL: postgresql.conf with what it includes, what ALTER SYSTEM wrote, and pg_hba.conf. */
const clusters = fact("postgresql", ({ root }) => [...glob(root, "/etc/postgresql/*/*/postgresql.conf"), ...glob(root, "/var/lib/pgsql/data/postgresql.conf")].map((path) => {
	const settings = /* @__PURE__ */ new Map();
	addFile$1(root, path, settings, createIncludes());
	const folder = path.slice(0, path.lastIndexOf("/"));
	const data = settings.get("data_directory")?.value ?? folder;
	if (exists(root, `${data}/postgresql.auto.conf`)) addFile$1(root, `${data}/postgresql.auto.conf`, settings, createIncludes());
	const hba = relativeTo(folder, settings.get("hba_file")?.value ?? "pg_hba.conf");
	return {
		name: folder.replace(/^\/etc\/postgresql\//, ""),
		settings,
		access: accessOf(root, hba)
	};
}));
function addFile$1(root, path, settings, includes) {
	includes.within(path, () => addFileOnce$1(root, path, settings, includes));
}
function addFileOnce$1(root, path, settings, includes) {
	const file = readIfThere(root, path);
	if (file === void 0) return;
	const folder = path.slice(0, path.lastIndexOf("/"));
	for (const { text, number } of linesOf(file)) {
		const [, name, quoted, plain] = /^\s*([\w.]+)(?:\s*=\s*|\s+)(?:'((?:[^']|'')*)'|([^\s#]+))/.exec(text) ?? [];
		if (name === void 0) continue;
		const value = quoted ?? plain ?? "";
		const key = name.toLowerCase();
		if (key === "include" || key === "include_if_exists") addFile$1(root, relativeTo(folder, value), settings, includes);
		else if (key === "include_dir") {
			const below = relativeTo(folder, value);
			for (const each of namesIn(root, below)) if (each.endsWith(".conf") && each[0] !== ".") addFile$1(root, `${below}/${each}`, settings, includes);
		} else settings.set(key, {
			value,
			at: placeIn(file, number)
		});
	}
}
/** `TYPE DATABASE USER ADDRESS [MASK] METHOD`; `local` has no address. */
function accessOf(root, path) {
	const file = readIfThere(root, path);
	if (file === void 0) return [];
	return linesOf(file).flatMap(({ text, number }) => {
		const [type = "", , , ...rest] = text.replace(/#.*$/, "").trim().split(/\s+/);
		if (!/^(local|host(no)?(ssl|gssenc)?)$/.test(type)) return [];
		const address = type === "local" ? "" : rest[0] ?? "";
		const hasMask = /^[\d.]+$|:/.test(rest[1] ?? "") && /^[\d.]+$|:.*:/.test(rest[1] ?? "");
		return [{
			type,
			address,
			method: (type === "local" ? rest[0] : rest[hasMask ? 2 : 1]) ?? "",
			at: placeIn(file, number)
		}];
	});
}
// checker/facts/redis.ts
const PATHS = [
	"/etc/redis/redis.conf",
	"/etc/valkey/valkey.conf",
	"/etc/redis.conf"
];
/** Settings of Redis or Valkey by name, with what is included: the last wins. Undefined where there is no file. */
const redis = fact("redis", ({ root }) => {
	const path = PATHS.find((each) => exists(root, each));
	if (path === void 0) return void 0;
	const settings = /* @__PURE__ */ new Map();
	addFile(root, path, settings, createIncludes());
	return settings;
});
function addFile(root, path, settings, includes) {
	includes.within(path, () => addFileOnce(root, path, settings, includes));
}
function addFileOnce(root, path, settings, includes) {
	const file = readIfThere(root, path);
	if (file === void 0) return;
	for (const { text, number } of linesOf(file)) {
		const [name = "", ...words] = text.trim().split(/\s+/).map((word) => word.replace(/^(["'])(.*)\1$/, "$2"));
		const key = name.toLowerCase();
		if (key === "include") for (const each of glob(root, words[0] ?? "")) addFile(root, each, settings, includes);
		else settings.set(key, {
			words,
			at: placeIn(file, number)
		});
	}
}
// ../../../tmp/netcheck/fuzz.ts
const P = [
	" ",
	"	",
	"\\\n",
	"(",
	"{",
	"[",
	"\"",
	"'",
	"#",
	"=",
	"a=",
	"a ",
	"$a",
	"a{",
	"a;",
	"a,",
	"!",
	"\n ",
	"-A a -j b\n",
	":a b\n",
	"define a = $a $a\n",
	"table a{chain b{c\n",
	"net all DROP\n",
	"acl a src b\n",
	"a='",
	"host a b c\n",
	"!include /etc/mysql/my.cnf\n",
	"include /etc/squid/squid.conf\n",
	"include \"/etc/nftables.conf\"\n",
	"a = 1 \n"
];
const base = createRemediedRoot(stockRoot(), [
	{
		file: "/etc/shorewall/zones",
		content: "fw firewall\nnet ipv4"
	},
	{
		file: "/etc/shorewall/policy",
		content: "all all DROP"
	},
	{ enable: "nftables.service" }
], {}, STOCK_TIME);
const T = [
	[
		firewalls,
		"/etc/nftables.conf",
		"table inet a {\n chain b {\n"
	],
	[
		firewalls,
		"/etc/iptables/rules.v4",
		"*filter\n:a b\n"
	],
	[
		firewalls,
		"/etc/shorewall/policy",
		""
	],
	[
		firewalls,
		"/etc/shorewall/rules",
		""
	],
	[
		firewalls,
		"/etc/shorewall/zones",
		""
	],
	[
		firewalls,
		"/etc/shorewall/params",
		"a="
	],
	[
		firewalls,
		"/etc/default/shorewall",
		"a="
	],
	[
		sysctls,
		"/etc/sysctl.conf",
		"a="
	],
	[
		squid,
		"/etc/squid/squid.conf",
		""
	],
	[
		mysqlOptions,
		"/etc/mysql/mariadb.cnf",
		"[mysqld]\na=b"
	],
	[
		clusters,
		"/etc/postgresql/15/main/postgresql.conf",
		"a "
	],
	[
		clusters,
		"/etc/postgresql/15/main/pg_hba.conf",
		""
	],
	[
		redis,
		"/etc/redis/redis.conf",
		""
	]
];
for (const [f, path, head] of T) for (const p of P) {
	const root = withText(base, path, head + p.repeat(262144 / p.length) + "x");
	const t = process.cpuUsage();
	let e = "";
	try {
		createHost({
			root,
			now: STOCK_TIME,
			declared: NOTHING_DECLARED,
			observations: []
		}).host.get(f);
	} catch (x) {
		e = String(x).slice(0, 200);
	}
	const u = process.cpuUsage(t);
	const s = (u.user + u.system) / 1e6;
	if (s > .7 || e) console.log(path, JSON.stringify(p), s.toFixed(2), e);
}
console.log("done");
export {};
