#!/bin/sh
# curl asks the gateway. First: npx signalbox serve --router my-router
gateway=${GATEWAY:-http://127.0.0.1:8787/v1}

ask() {
  path=$1
  body=$2
  shift 2
  curl -sS "$gateway/$path" -H 'content-type: application/json' -H "authorization: Bearer ${SIGNALBOX_KEY:-unused}" -d "$body" "$@"
  echo
}

# What can be asked for: routers first.
curl -sS "$gateway/models" -H "authorization: Bearer ${SIGNALBOX_KEY:-unused}"
echo

# The decision alone: nobody is asked, nothing is spent.
ask route '{"model": "auto", "messages": [{"role": "user", "content": "What is 17 * 23 + 4?"}]}'

# An answer, with who gave it in the headers (-i), and what else was possible (explain).
ask chat/completions '{"model": "auto", "messages": [{"role": "user", "content": "What is 17 * 23 + 4?"}]}' \
  -i -H 'x-signalbox-explain: 1'

# A stream (-N: as it comes), without one family of models.
ask chat/completions '{"model": "auto", "stream": true, "messages": [{"role": "user", "content": "Name a river."}]}' \
  -N -H 'x-signalbox-exclude: GPT-*'

# A model by its name: no router is asked.
ask chat/completions '{"model": "GPT-5", "messages": [{"role": "user", "content": "Name a river."}]}'
