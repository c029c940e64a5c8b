#!/bin/bash
# SPDX-License-Identifier: ISC
# What bash offers for a command line; no root, nothing of /etc.
cd "$(dirname "$0")/../.." || exit 1
O=${O:-build}
case $O in
/*) ;;
*) O=$PWD/$O ;;
esac
failed=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
mkdir "$work/etc"
cat >"$work/etc/sftpjail.conf" <<'END'
version = 1;
user_defaults: { group = "g"; home = "/srv/%u"; };
groups = ( { name = "g"; gid = 20000; } );
users = ( { name = "alice"; uid = 20001; }, { name = "alan"; uid = 20002; } );
END
# The tool with that configuration.
printf '#!/bin/sh\nexec %s --config %s "$@"\n' "$O/sftpjail" "$work/etc" \
    >"$work/sftpjail"
chmod +x "$work/sftpjail"
. completion/sftpjail.bash

# offers NAME WANT WORD...   The last word is the one to complete.
offers() {
	local name=$1 want=$2 got
	shift 2
	COMP_WORDS=("$work/sftpjail" "$@")
	COMP_CWORD=$#
	_sftpjail
	got=$(printf '%s\n' "${COMPREPLY[@]}" | sort | tr '\n' ' ')
	if [[ " $got" == *" $want "* ]]; then
		echo "ok completion_$name"
	else
		echo "not ok completion_$name - got \"$got\", want \"$want\""
		failed=1
	fi
}

offers commands 'setup' s
offers global_options '--config' --
offers subcommands 'lock' user l
offers subcommands_with_an_underscore 'sshd_config' import ss
offers options '--dry-run --force --undo --yes' setup --
offers options_of_a_subcommand '--expires' user add x --ex
offers users 'alan alice' explain al
offers users_of_a_subcommand 'alice' user show ali
offers users_behind_an_option 'alan alice' --json key list a
offers groups_of_a_subcommand 'g' group set ''
exit $failed
