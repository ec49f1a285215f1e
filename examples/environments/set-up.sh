#!/usr/bin/env bash
# Makes the stack of one environment and asks for what the committed files lack: ./set-up.sh STACK
set -euo pipefail
stack=$1
export PULUMI_CONFIG_PASSPHRASE_FILE=~/.fluents/$stack

# A passphrase in a file and values through a pipe are in no history and no list of processes.
umask 077
mkdir -p ~/.fluents
[[ -e $PULUMI_CONFIG_PASSPHRASE_FILE ]] ||
  node -p 'crypto.randomBytes(32).toString("base64")' >"$PULUMI_CONFIG_PASSPHRASE_FILE"
pulumi stack init "$stack"

# Nothing typed keeps what is in the file.
ask() {
  read -rsp "$1: " value && echo
  [[ -z $value ]] || printf %s "$value" | pulumi config set "$@" --stack "$stack"
}
ask fluents:baseUrl
ask fluents:environmentConnectionId
ask fluents:apiKey --secret
ask twilioAuthToken --secret
ask openaiApiKey --secret
