# SPDX-License-Identifier: ISC
# bash completion for sftpjail(8): asks the tool's own --help.

_sftpjail() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local tool=${COMP_WORDS[0]} said=() list='' usage i

	COMPREPLY=()
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--config | --state) ((i++)) ;;
		-*) ;;
		*) said+=("${COMP_WORDS[i]}") ;;
		esac
	done
	case $prev in
	--config | --state | --key | --home | --shell | --shadow | --passwd | \
	    --group-file) return ;;
	esac
	if [ ${#said[@]} -eq 0 ]; then
		list=$("$tool" --help 2>/dev/null |
		    sed -n 's/^  \(-*[a-z]*\).*/\1/p')
		mapfile -t COMPREPLY < <(compgen -W "$list" -- "$cur")
		return
	fi
	# "  user add|del|show [NAME]": words with a bar are subcommands.
	list=$("$tool" --help 2>/dev/null |
	    sed -n "s/^  ${said[0]} \([a-z_|]*|[a-z_|]*\).*/\1/p" | tr '|' ' ')
	[ ${#said[@]} -eq 1 ] || list=''
	usage=$("$tool" "${said[@]:0:2}" --help 2>/dev/null)
	if [[ $cur == -* ]]; then
		list=$(grep -oE -e '--[a-z][a-z-]+' <<<"$usage" | sort -u)
	elif [ -z "$list" ] && [[ $usage == *USER* || $usage == *NAME* ]] &&
	    [ "${said[1]}" != add ]; then
		[ "${said[0]}" = group ] || said[0]=user
		list=$("$tool" "${said[0]}" list 2>/dev/null | cut -d ' ' -f 1)
	fi
	mapfile -t COMPREPLY < <(compgen -W "$list" -- "$cur")
}

complete -o default -F _sftpjail sftpjail
