/** The .njk files beside this one, compiled by src/build/embed-templates.ts: `npm run templates`. */
/* eslint-disable */
// @ts-nocheck
export const templates = {
  "README.md": (() => {
function root(env, context, frame, runtime, cb) {
var lineno = 0;
var colno = 0;
var output = "";
try {
var parentTemplate = null;
output += "# ";
output += runtime.suppressValue(runtime.ensureDefined(runtime.contextOrFrameLookup(context, frame, "title"),0,2), env.opts.autoescape);
output += "\n\n";
output += runtime.suppressValue(runtime.ensureDefined(runtime.contextOrFrameLookup(context, frame, "summary"),2,0), env.opts.autoescape);
output += "\n\n| role | workers | GPUs of each | nodes of each | parallelism | requests in flight | tokens per step | longest sequence | KV cache |\n|---|---|---|---|---|---|---|---|---|\n";
frame = frame.push();
var t_3 = runtime.contextOrFrameLookup(context, frame, "roles");
if(t_3) {t_3 = runtime.fromIterator(t_3);
var t_2 = t_3.length;
for(var t_1=0; t_1 < t_3.length; t_1++) {
var t_4 = t_3[t_1];
frame.set("role", t_4);
frame.set("loop.index", t_1 + 1);
frame.set("loop.index0", t_1);
frame.set("loop.revindex", t_2 - t_1);
frame.set("loop.revindex0", t_2 - t_1 - 1);
frame.set("loop.first", t_1 === 0);
frame.set("loop.last", t_1 === t_2 - 1);
frame.set("loop.length", t_2);
output += "| ";
output += runtime.suppressValue(runtime.ensureDefined(runtime.memberLookup((t_4),"name"),7,2), env.opts.autoescape);
output += " | ";
output += runtime.suppressValue(runtime.ensureDefined(runtime.memberLookup((t_4),"workers"),7,20), env.opts.autoescape);
output += " | ";
output += runtime.suppressValue(runtime.ensureDefined(runtime.memberLookup((t_4),"gpus"),7,41), env.opts.autoescape);
output += " | ";
output += runtime.suppressValue(runtime.ensureDefined(runtime.memberLookup((t_4),"nodes"),7,59), env.opts.autoescape);
output += " | ";
output += runtime.suppressValue(runtime.ensureDefined(runtime.memberLookup((t_4),"sizes"),7,78), env.opts.autoescape);
output += " | ";
output += runtime.suppressValue(runtime.ensureDefined(runtime.memberLookup((t_4),"batch"),7,97), env.opts.autoescape);
output += " | ";
output += runtime.suppressValue(runtime.ensureDefined(runtime.memberLookup((t_4),"tokens"),7,116), env.opts.autoescape);
output += " | ";
output += runtime.suppressValue(runtime.ensureDefined(runtime.memberLookup((t_4),"sequence"),7,136), env.opts.autoescape);
output += " | ";
output += runtime.suppressValue(runtime.ensureDefined(runtime.memberLookup((t_4),"kv"),7,158), env.opts.autoescape);
output += " |\n";
;
}
}
frame = frame.pop();
output += "\n";
frame = frame.push();
var t_7 = runtime.contextOrFrameLookup(context, frame, "releases");
if(t_7) {t_7 = runtime.fromIterator(t_7);
var t_6 = t_7.length;
for(var t_5=0; t_5 < t_7.length; t_5++) {
var t_8 = t_7[t_5];
frame.set("line", t_8);
frame.set("loop.index", t_5 + 1);
frame.set("loop.index0", t_5);
frame.set("loop.revindex", t_6 - t_5);
frame.set("loop.revindex0", t_6 - t_5 - 1);
frame.set("loop.first", t_5 === 0);
frame.set("loop.last", t_5 === t_6 - 1);
frame.set("loop.length", t_6);
output += "- ";
output += runtime.suppressValue(runtime.ensureDefined(t_8,11,2), env.opts.autoescape);
output += "\n";
;
}
}
frame = frame.pop();
output += "\n## Predicted\n\n";
if(env.getFilter("length").call(context, runtime.contextOrFrameLookup(context, frame, "predicted"))) {
output += "| what | predicted | off by at most, 9 in 10 times |\n|---|---|---|\n";
frame = frame.push();
var t_11 = runtime.contextOrFrameLookup(context, frame, "predicted");
if(t_11) {t_11 = runtime.fromIterator(t_11);
var t_10 = t_11.length;
for(var t_9=0; t_9 < t_11.length; t_9++) {
var t_12 = t_11[t_9];
frame.set("row", t_12);
frame.set("loop.index", t_9 + 1);
frame.set("loop.index0", t_9);
frame.set("loop.revindex", t_10 - t_9);
frame.set("loop.revindex0", t_10 - t_9 - 1);
frame.set("loop.first", t_9 === 0);
frame.set("loop.last", t_9 === t_10 - 1);
frame.set("loop.length", t_10);
output += "| ";
output += runtime.suppressValue(runtime.ensureDefined(runtime.memberLookup((t_12),"what"),20,2), env.opts.autoescape);
output += " | ";
output += runtime.suppressValue(runtime.ensureDefined(runtime.memberLookup((t_12),"value"),20,19), env.opts.autoescape);
output += " | ";
output += runtime.suppressValue(runtime.ensureDefined(runtime.memberLookup((t_12),"error"),20,37), env.opts.autoescape);
output += " |\n";
;
}
}
frame = frame.pop();
output += "\n";
output += runtime.suppressValue(runtime.ensureDefined(runtime.contextOrFrameLookup(context, frame, "predictedNote"),23,0), env.opts.autoescape);
output += "\n";
;
}
else {
output += "Nothing was predicted: the deployment was described, not searched for. `bench_run.sh` measures it.\n";
;
}
output += "\nThe files are in `";
output += runtime.suppressValue(runtime.ensureDefined(runtime.contextOrFrameLookup(context, frame, "folder"),28,18), env.opts.autoescape);
output += "/`; commands are run there. Each part below is one way to serve it";
if(runtime.contextOrFrameLookup(context, frame, "hasBenchmark")) {
output += "; the last measures it";
;
}
output += ".\n";
frame = frame.push();
var t_15 = runtime.contextOrFrameLookup(context, frame, "parts");
if(t_15) {t_15 = runtime.fromIterator(t_15);
var t_14 = t_15.length;
for(var t_13=0; t_13 < t_15.length; t_13++) {
var t_16 = t_15[t_13];
frame.set("part", t_16);
frame.set("loop.index", t_13 + 1);
frame.set("loop.index0", t_13);
frame.set("loop.revindex", t_14 - t_13);
frame.set("loop.revindex0", t_14 - t_13 - 1);
frame.set("loop.first", t_13 === 0);
frame.set("loop.last", t_13 === t_14 - 1);
frame.set("loop.length", t_14);
output += "\n## ";
output += runtime.suppressValue(runtime.ensureDefined(runtime.memberLookup((t_16),"title"),31,3), env.opts.autoescape);
output += "\n\n";
frame = frame.push();
var t_19 = runtime.memberLookup((t_16),"steps");
if(t_19) {t_19 = runtime.fromIterator(t_19);
var t_18 = t_19.length;
for(var t_17=0; t_17 < t_19.length; t_17++) {
var t_20 = t_19[t_17];
frame.set("step", t_20);
frame.set("loop.index", t_17 + 1);
frame.set("loop.index0", t_17);
frame.set("loop.revindex", t_18 - t_17);
frame.set("loop.revindex0", t_18 - t_17 - 1);
frame.set("loop.first", t_17 === 0);
frame.set("loop.last", t_17 === t_18 - 1);
frame.set("loop.length", t_18);
output += runtime.suppressValue(runtime.ensureDefined(runtime.memberLookup((runtime.contextOrFrameLookup(context, frame, "loop")),"index"),34,0), env.opts.autoescape);
output += ". ";
output += runtime.suppressValue(runtime.ensureDefined(runtime.memberLookup((t_20),"text"),34,18), env.opts.autoescape);
output += "\n";
if(runtime.memberLookup((t_20),"command")) {
output += "\n";
output += runtime.suppressValue(runtime.ensureDefined(runtime.memberLookup((t_20),"command"),37,0), env.opts.autoescape);
output += "\n";
if(!runtime.memberLookup((runtime.contextOrFrameLookup(context, frame, "loop")),"last")) {
output += "\n";
;
}
;
}
;
}
}
frame = frame.pop();
;
}
}
frame = frame.pop();
output += "\n## Check that it works\n\nWhere it answers, with the model's name in the list:\n\n";
output += runtime.suppressValue(runtime.ensureDefined(runtime.memberLookup((runtime.contextOrFrameLookup(context, frame, "checks")),"models"),49,0), env.opts.autoescape);
output += "\n\nOne request:\n\n";
output += runtime.suppressValue(runtime.ensureDefined(runtime.memberLookup((runtime.contextOrFrameLookup(context, frame, "checks")),"chat"),53,0), env.opts.autoescape);
output += "\n\n## What to change first\n\n";
frame = frame.push();
var t_23 = runtime.contextOrFrameLookup(context, frame, "advice");
if(t_23) {t_23 = runtime.fromIterator(t_23);
var t_22 = t_23.length;
for(var t_21=0; t_21 < t_23.length; t_21++) {
var t_24 = t_23[t_21];
frame.set("line", t_24);
frame.set("loop.index", t_21 + 1);
frame.set("loop.index0", t_21);
frame.set("loop.revindex", t_22 - t_21);
frame.set("loop.revindex0", t_22 - t_21 - 1);
frame.set("loop.first", t_21 === 0);
frame.set("loop.last", t_21 === t_22 - 1);
frame.set("loop.length", t_22);
output += "- ";
output += runtime.suppressValue(runtime.ensureDefined(t_24,58,2), env.opts.autoescape);
output += "\n";
;
}
}
frame = frame.pop();
output += "\n";
if(env.getFilter("length").call(context, runtime.contextOrFrameLookup(context, frame, "overrides"))) {
output += "## Set by hand\n\n";
frame = frame.push();
var t_27 = runtime.contextOrFrameLookup(context, frame, "overrides");
if(t_27) {t_27 = runtime.fromIterator(t_27);
var t_26 = t_27.length;
for(var t_25=0; t_25 < t_27.length; t_25++) {
var t_28 = t_27[t_25];
frame.set("line", t_28);
frame.set("loop.index", t_25 + 1);
frame.set("loop.index0", t_25);
frame.set("loop.revindex", t_26 - t_25);
frame.set("loop.revindex0", t_26 - t_25 - 1);
frame.set("loop.first", t_25 === 0);
frame.set("loop.last", t_25 === t_26 - 1);
frame.set("loop.length", t_26);
output += "- ";
output += runtime.suppressValue(runtime.ensureDefined(t_28,65,2), env.opts.autoescape);
output += "\n";
;
}
}
frame = frame.pop();
output += "\n";
;
}
if(env.getFilter("length").call(context, runtime.contextOrFrameLookup(context, frame, "doubts"))) {
output += "## Doubts\n\n";
frame = frame.push();
var t_31 = runtime.contextOrFrameLookup(context, frame, "doubts");
if(t_31) {t_31 = runtime.fromIterator(t_31);
var t_30 = t_31.length;
for(var t_29=0; t_29 < t_31.length; t_29++) {
var t_32 = t_31[t_29];
frame.set("line", t_32);
frame.set("loop.index", t_29 + 1);
frame.set("loop.index0", t_29);
frame.set("loop.revindex", t_30 - t_29);
frame.set("loop.revindex0", t_30 - t_29 - 1);
frame.set("loop.first", t_29 === 0);
frame.set("loop.last", t_29 === t_30 - 1);
frame.set("loop.length", t_30);
output += "- ";
output += runtime.suppressValue(runtime.ensureDefined(t_32,73,2), env.opts.autoescape);
output += "\n";
;
}
}
frame = frame.pop();
output += "\n";
;
}
output += "## The same again\n\n`generator_config.yaml` is everything that these files were made from: `kneepoint generate --from generator_config.yaml --save-dir DIR`\nwrites them again, byte for byte.\n";
if(parentTemplate) {
parentTemplate.rootRenderFunc(env, context, frame, runtime, cb);
} else {
cb(null, output);
}
;
} catch (e) {
  cb(runtime.handleError(e, lineno, colno));
}
}
return {
root: root
};
})(),
  "balance.py": (() => {
function root(env, context, frame, runtime, cb) {
var lineno = 0;
var colno = 0;
var output = "";
try {
var parentTemplate = null;
output += "#!/usr/bin/env python3\n";
output += runtime.suppressValue(runtime.ensureDefined(runtime.contextOrFrameLookup(context, frame, "header"),1,0), env.opts.autoescape);
output += "#\n# Hands each connection to the next of several servers: balance.py PORT HOST:PORT…\n# TensorRT-LLM has no router for workers that do prefill and decode; in production a load balancer does this.\nimport asyncio\nimport itertools\nimport sys\n\n\nasync def copy(reader, writer):\n    try:\n        while data := await reader.read(65536):\n            writer.write(data)\n            await writer.drain()\n        if writer.can_write_eof():\n            writer.write_eof()\n    except (ConnectionError, OSError):\n        writer.close()\n\n\nasync def connect(servers, turns):\n    \"\"\"The next server that answers; one that is still loading is passed over.\"\"\"\n    for _ in servers:\n        host, _, port = next(turns).rpartition(\":\")\n        try:\n            return await asyncio.open_connection(host, int(port))\n        except OSError:\n            continue\n    return None\n\n\nasync def main(port, servers):\n    turns = itertools.cycle(servers)\n\n    async def serve(reader, writer):\n        upstream = await connect(servers, turns)\n        if upstream is None:\n            writer.write(b\"HTTP/1.1 503 Service Unavailable\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n\")\n        else:\n            await asyncio.gather(copy(reader, upstream[1]), copy(upstream[0], writer))\n            upstream[1].close()\n        writer.close()\n\n    server = await asyncio.start_server(serve, \"0.0.0.0\", port)\n    async with server:\n        await server.serve_forever()\n\n\nif __name__ == \"__main__\":\n    asyncio.run(main(int(sys.argv[1]), sys.argv[2:]))\n";
if(parentTemplate) {
parentTemplate.rootRenderFunc(env, context, frame, runtime, cb);
} else {
cb(null, output);
}
;
} catch (e) {
  cb(runtime.handleError(e, lineno, colno));
}
}
return {
root: root
};
})(),
  "bench_run.sh": (() => {
function root(env, context, frame, runtime, cb) {
var lineno = 0;
var colno = 0;
var output = "";
try {
var parentTemplate = null;
output += "#!/usr/bin/env bash\n";
output += runtime.suppressValue(runtime.ensureDefined(runtime.contextOrFrameLookup(context, frame, "header"),1,0), env.opts.autoescape);
output += "#\n# Measures the deployment at its full load and around it, to compare with what was predicted:\n#   bash bench_run.sh            with AIPerf\n#   bash bench_run.sh guidellm   with GuideLLM\n# ENDPOINT is where requests go (default ";
output += runtime.suppressValue(runtime.ensureDefined(runtime.contextOrFrameLookup(context, frame, "endpoint"),6,41), env.opts.autoescape);
output += "), RESULTS the folder for what comes out.\nset -euo pipefail\ntool=${1:-aiperf}\nendpoint=${ENDPOINT:-";
output += runtime.suppressValue(runtime.ensureDefined(runtime.contextOrFrameLookup(context, frame, "endpoint"),9,21), env.opts.autoescape);
output += "}\nresults=${RESULTS:-bench_results}\nmodel=";
output += runtime.suppressValue(runtime.ensureDefined(runtime.contextOrFrameLookup(context, frame, "model"),11,6), env.opts.autoescape);
output += "\ntokenizer=";
output += runtime.suppressValue(runtime.ensureDefined(runtime.contextOrFrameLookup(context, frame, "tokenizer"),12,10), env.opts.autoescape);
output += "\nconcurrencies=(";
output += runtime.suppressValue(runtime.ensureDefined(runtime.contextOrFrameLookup(context, frame, "concurrencies"),13,15), env.opts.autoescape);
output += ")\nrequests=(";
output += runtime.suppressValue(runtime.ensureDefined(runtime.contextOrFrameLookup(context, frame, "requests"),14,10), env.opts.autoescape);
output += ")\nwarmups=(";
output += runtime.suppressValue(runtime.ensureDefined(runtime.contextOrFrameLookup(context, frame, "warmups"),15,9), env.opts.autoescape);
output += ")\n\nneed() {\n  command -v \"$1\" >/dev/null || python3 -m pip install --quiet \"$2\"\n}\n\nrun_aiperf() {\n  need aiperf aiperf==";
output += runtime.suppressValue(runtime.ensureDefined(runtime.contextOrFrameLookup(context, frame, "aiperf"),22,22), env.opts.autoescape);
output += "\n  for i in \"${!concurrencies[@]}\"; do\n    aiperf profile \\\n      --model \"$model\" \\\n      --tokenizer \"$tokenizer\" \\\n";
if(runtime.contextOrFrameLookup(context, frame, "trustRemoteCode")) {
output += "      --tokenizer-trust-remote-code \\\n";
;
}
output += "      --url \"$endpoint\" \\\n      --endpoint-type chat \\\n      --streaming \\\n      --concurrency \"${concurrencies[i]}\" \\\n      --request-count \"${requests[i]}\" \\\n      --warmup-request-count \"${warmups[i]}\" \\\n      --isl ";
output += runtime.suppressValue(runtime.ensureDefined(runtime.contextOrFrameLookup(context, frame, "ownTokens"),36,12), env.opts.autoescape);
output += " \\\n      --isl-stddev 0 \\\n";
if(runtime.contextOrFrameLookup(context, frame, "prefixTokens")) {
output += "      --prefix-prompt-length ";
output += runtime.suppressValue(runtime.ensureDefined(runtime.contextOrFrameLookup(context, frame, "prefixTokens"),39,29), env.opts.autoescape);
output += " \\\n      --num-prefix-prompts 1 \\\n";
;
}
output += "      --osl ";
output += runtime.suppressValue(runtime.ensureDefined(runtime.contextOrFrameLookup(context, frame, "osl"),42,12), env.opts.autoescape);
output += " \\\n      --osl-stddev 0 \\\n      --extra-inputs ignore_eos:true \\\n      --extra-inputs min_tokens:";
output += runtime.suppressValue(runtime.ensureDefined(runtime.contextOrFrameLookup(context, frame, "osl"),45,32), env.opts.autoescape);
output += " \\\n      --random-seed ";
output += runtime.suppressValue(runtime.ensureDefined(runtime.contextOrFrameLookup(context, frame, "seed"),46,20), env.opts.autoescape);
output += " \\\n      --artifact-dir \"$results/aiperf_c${concurrencies[i]}\"\n  done\n}\n\nrun_guidellm() {\n  need guidellm guidellm==";
output += runtime.suppressValue(runtime.ensureDefined(runtime.contextOrFrameLookup(context, frame, "guidellm"),52,26), env.opts.autoescape);
output += "\n  backend=$(python3 -c '\nimport json, sys\nprint(json.dumps({\"kind\": \"openai_http\", \"target\": sys.argv[1], \"model\": sys.argv[2]}))\n' \"$endpoint\" \"$model\")\n  processor=$(python3 -c '\nimport json, sys\nprint(json.dumps({\"kind\": \"huggingface_auto\", \"model\": sys.argv[1]}))\n' \"$tokenizer\")\n  for i in \"${!concurrencies[@]}\"; do\n    folder=\"$results/guidellm_c${concurrencies[i]}\"\n    mkdir -p \"$folder\"\n    guidellm run \\\n      --backend \"$backend\" \\\n      --tokenizer \"$processor\" \\\n      --profile \"kind=concurrent,streams=${concurrencies[i]}\" \\\n      --constraint \"kind=max_requests,count=${requests[i]}\" \\\n      --data kind=synthetic_text,prompt_tokens=";
output += runtime.suppressValue(runtime.ensureDefined(runtime.contextOrFrameLookup(context, frame, "isl"),69,47), env.opts.autoescape);
output += ",output_tokens=";
output += runtime.suppressValue(runtime.ensureDefined(runtime.contextOrFrameLookup(context, frame, "osl"),69,71), env.opts.autoescape);
output += " \\\n      --seed kind=static,value=";
output += runtime.suppressValue(runtime.ensureDefined(runtime.contextOrFrameLookup(context, frame, "seed"),70,31), env.opts.autoescape);
output += " \\\n      --output \"{\\\"kind\\\": \\\"json\\\", \\\"path\\\": \\\"$folder/benchmarks.json\\\"}\" \\\n      --disable-console-interactive\n  done\n}\n\ncase \"$tool\" in\n  aiperf) run_aiperf ;;\n  guidellm) run_guidellm ;;\n  *)\n    echo \"unknown tool: $tool; have aiperf, guidellm\" >&2\n    exit 2\n    ;;\nesac\n";
if(parentTemplate) {
parentTemplate.rootRenderFunc(env, context, frame, runtime, cb);
} else {
cb(null, output);
}
;
} catch (e) {
  cb(runtime.handleError(e, lineno, colno));
}
}
return {
root: root
};
})(),
  "mpi_follower.sh": (() => {
function root(env, context, frame, runtime, cb) {
var lineno = 0;
var colno = 0;
var output = "";
try {
var parentTemplate = null;
output += "# Waits for the leader of the group to start ranks in this pod.\nset -euo pipefail\nmkdir -p ~/.ssh /run/sshd\ninstall -m 600 /etc/mpi-ssh/ssh-publickey ~/.ssh/authorized_keys\nssh-keygen -A\nexec /usr/sbin/sshd -D -p 2222\n";
if(parentTemplate) {
parentTemplate.rootRenderFunc(env, context, frame, runtime, cb);
} else {
cb(null, output);
}
;
} catch (e) {
  cb(runtime.handleError(e, lineno, colno));
}
}
return {
root: root
};
})(),
  "mpi_leader.sh": (() => {
function root(env, context, frame, runtime, cb) {
var lineno = 0;
var colno = 0;
var output = "";
try {
var parentTemplate = null;
output += "# Starts the ranks of every pod of the group: RANKS RANKS_PER_POD VARIABLES COMMAND…\nset -euo pipefail\nranks=$1 per_pod=$2 variables=$3\nshift 3\nhosts=$LWS_LEADER_ADDRESS\nslots=$LWS_LEADER_ADDRESS:$per_pod\nfor ((i = 1; i < LWS_GROUP_SIZE; i++)); do\n  host=${LWS_LEADER_ADDRESS/./-$i.}\n  hosts=\"$hosts $host\"\n  slots=\"$slots,$host:$per_pod\"\ndone\nkey=/etc/mpi-ssh/ssh-privatekey\ninstall -m 600 \"$key\" /tmp/mpi-key\noptions=\"-p 2222 -i /tmp/mpi-key -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null\"\nmkdir -p ~/.ssh /run/sshd\ninstall -m 600 /etc/mpi-ssh/ssh-publickey ~/.ssh/authorized_keys\nssh-keygen -A\n/usr/sbin/sshd -p 2222\nfor host in $hosts; do\n  # shellcheck disable=SC2086\n  until ssh $options \"$host\" true; do sleep 5; done\ndone\nexports=()\nIFS=, read -ra names <<<\"$variables\"\nfor name in \"${names[@]}\"; do exports+=(-x \"$name\"); done\nexec mpirun --allow-run-as-root -n \"$ranks\" -H \"$slots\" --mca plm_rsh_args \"$options\" \"${exports[@]}\" \"$@\"\n";
if(parentTemplate) {
parentTemplate.rootRenderFunc(env, context, frame, runtime, cb);
} else {
cb(null, output);
}
;
} catch (e) {
  cb(runtime.handleError(e, lineno, colno));
}
}
return {
root: root
};
})(),
  "node_run.sh": (() => {
function root(env, context, frame, runtime, cb) {
var lineno = 0;
var colno = 0;
var output = "";
try {
var parentTemplate = null;
output += "#!/usr/bin/env bash\n";
output += runtime.suppressValue(runtime.ensureDefined(runtime.contextOrFrameLookup(context, frame, "header"),1,0), env.opts.autoescape);
output += "#\n# Node ";
output += runtime.suppressValue(runtime.ensureDefined(runtime.contextOrFrameLookup(context, frame, "index"),3,7), env.opts.autoescape);
output += " of ";
output += runtime.suppressValue(runtime.ensureDefined(runtime.contextOrFrameLookup(context, frame, "count"),3,22), env.opts.autoescape);
output += "; run inside ";
output += runtime.suppressValue(runtime.ensureDefined(runtime.contextOrFrameLookup(context, frame, "image"),3,46), env.opts.autoescape);
output += "\n";
if(runtime.contextOrFrameLookup(context, frame, "isLone")) {
output += "# A gated model needs HF_TOKEN in the environment.\n";
;
}
else {
output += "# Addresses of the nodes come from the environment or from nodes.env. A gated model needs HF_TOKEN in the environment.\n";
;
}
output += "set -euo pipefail\n";
if(runtime.contextOrFrameLookup(context, frame, "usesFolder") || !runtime.contextOrFrameLookup(context, frame, "isLone")) {
output += "here=$(cd \"$(dirname \"${BASH_SOURCE[0]}\")\" && pwd)\n";
;
}
if(!runtime.contextOrFrameLookup(context, frame, "isLone")) {
output += "if [ -f \"$here/nodes.env\" ]; then\n  # shellcheck source=/dev/null\n  . \"$here/nodes.env\"\nfi\n";
frame = frame.push();
var t_3 = runtime.contextOrFrameLookup(context, frame, "hosts");
if(t_3) {t_3 = runtime.fromIterator(t_3);
var t_2 = t_3.length;
for(var t_1=0; t_1 < t_3.length; t_1++) {
var t_4 = t_3[t_1];
frame.set("host", t_4);
frame.set("loop.index", t_1 + 1);
frame.set("loop.index0", t_1);
frame.set("loop.revindex", t_2 - t_1);
frame.set("loop.revindex0", t_2 - t_1 - 1);
frame.set("loop.first", t_1 === 0);
frame.set("loop.last", t_1 === t_2 - 1);
frame.set("loop.length", t_2);
output += ": \"${";
output += runtime.suppressValue(runtime.ensureDefined(t_4,19,6), env.opts.autoescape);
output += ":?set it to the name or address of that node, in nodes.env or in the environment}\"\n";
;
}
}
frame = frame.pop();
;
}
frame = frame.push();
var t_7 = runtime.contextOrFrameLookup(context, frame, "exports");
if(t_7) {t_7 = runtime.fromIterator(t_7);
var t_6 = t_7.length;
for(var t_5=0; t_5 < t_7.length; t_5++) {
var t_8 = t_7[t_5];
frame.set("line", t_8);
frame.set("loop.index", t_5 + 1);
frame.set("loop.index0", t_5);
frame.set("loop.revindex", t_6 - t_5);
frame.set("loop.revindex0", t_6 - t_5 - 1);
frame.set("loop.first", t_5 === 0);
frame.set("loop.last", t_5 === t_6 - 1);
frame.set("loop.length", t_6);
output += runtime.suppressValue(runtime.ensureDefined(t_8,23,0), env.opts.autoescape);
output += "\n";
;
}
}
frame = frame.pop();
output += "\npids=()\nrun() {\n  \"$@\" &\n  pids+=(\"$!\")\n}\nfinish() {\n  trap - EXIT\n  for pid in \"${pids[@]}\"; do kill \"$pid\" 2>/dev/null || true; done\n  wait\n}\ntrap finish EXIT\ntrap 'exit 130' INT\ntrap 'exit 143' TERM\n";
frame = frame.push();
var t_11 = runtime.contextOrFrameLookup(context, frame, "setup");
if(t_11) {t_11 = runtime.fromIterator(t_11);
var t_10 = t_11.length;
for(var t_9=0; t_9 < t_11.length; t_9++) {
var t_12 = t_11[t_9];
frame.set("line", t_12);
frame.set("loop.index", t_9 + 1);
frame.set("loop.index0", t_9);
frame.set("loop.revindex", t_10 - t_9);
frame.set("loop.revindex0", t_10 - t_9 - 1);
frame.set("loop.first", t_9 === 0);
frame.set("loop.last", t_9 === t_10 - 1);
frame.set("loop.length", t_10);
output += runtime.suppressValue(runtime.ensureDefined(t_12,40,0), env.opts.autoescape);
output += "\n";
;
}
}
frame = frame.pop();
frame = frame.push();
var t_15 = runtime.contextOrFrameLookup(context, frame, "processes");
if(t_15) {t_15 = runtime.fromIterator(t_15);
var t_14 = t_15.length;
for(var t_13=0; t_13 < t_15.length; t_13++) {
var t_16 = t_15[t_13];
frame.set("process", t_16);
frame.set("loop.index", t_13 + 1);
frame.set("loop.index0", t_13);
frame.set("loop.revindex", t_14 - t_13);
frame.set("loop.revindex0", t_14 - t_13 - 1);
frame.set("loop.first", t_13 === 0);
frame.set("loop.last", t_13 === t_14 - 1);
frame.set("loop.length", t_14);
output += "\n# ";
output += runtime.suppressValue(runtime.ensureDefined(runtime.memberLookup((t_16),"title"),44,2), env.opts.autoescape);
output += "\n";
frame = frame.push();
var t_19 = runtime.memberLookup((t_16),"lines");
if(t_19) {t_19 = runtime.fromIterator(t_19);
var t_18 = t_19.length;
for(var t_17=0; t_17 < t_19.length; t_17++) {
var t_20 = t_19[t_17];
frame.set("line", t_20);
frame.set("loop.index", t_17 + 1);
frame.set("loop.index0", t_17);
frame.set("loop.revindex", t_18 - t_17);
frame.set("loop.revindex0", t_18 - t_17 - 1);
frame.set("loop.first", t_17 === 0);
frame.set("loop.last", t_17 === t_18 - 1);
frame.set("loop.length", t_18);
output += runtime.suppressValue(runtime.ensureDefined(t_20,46,0), env.opts.autoescape);
output += "\n";
;
}
}
frame = frame.pop();
;
}
}
frame = frame.pop();
output += "\n# The first process to end ends the node.\nif [ -n \"${pids[*]-}\" ]; then\n  wait -n \"${pids[@]}\"\nfi\n";
if(parentTemplate) {
parentTemplate.rootRenderFunc(env, context, frame, runtime, cb);
} else {
cb(null, output);
}
;
} catch (e) {
  cb(runtime.handleError(e, lineno, colno));
}
}
return {
root: root
};
})()
};

export type TemplateName = keyof typeof templates;
