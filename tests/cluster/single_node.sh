#!/usr/bin/env bash
# A Slurm of one node, this machine, for the tests:
#     single_node.sh check         says why it cannot be started, if it cannot
#     single_node.sh start FOLDER
#     single_node.sh stop FOLDER
# Needs root and Debian's packages munge, slurm-client, slurmctld and slurmd. Keys, states and
# logs are in FOLDER. Only the configuration is not: inside a job it is looked for in /etc/slurm
# alone, as the executor withholds SLURM_CONF from what it starts. One that is there already is no
# business of the tests: they leave it, and end.
set -euo pipefail

action=$1
folder=${2:+$(realpath "$2")}
ours="# Made by the tests for a Slurm of one node."
conf=/etc/slurm/slurm.conf

check() {
    [ "$(id -u)" = 0 ] || refuse "A Slurm of one node is started by root alone."
    for command in munged slurmctld slurmd sbatch srun squeue scancel; do
        command -v "$command" > /dev/null || refuse "There is no $command: install Slurm."
    done
    [ ! -e "$conf" ] || [ "$(head -n 1 "$conf")" = "$ours" ] ||
        refuse "$conf is there already: this machine belongs to a cluster."
}

refuse() {
    echo "$1" >&2
    exit 1
}

start() {
    mkdir -p "$folder/state" "$folder/spool" "$(dirname "$conf")"
    chmod 755 "$folder"
    (umask 077 && head -c 1024 /dev/urandom > "$folder/munge.key")
    munged --socket="$folder/munge.socket" --key-file="$folder/munge.key" \
        --pid-file="$folder/munged.pid" --log-file="$folder/munged.log" \
        --seed-file="$folder/munged.seed"
    configuration > "$conf"
    slurmctld
    slurmd -N localhost
    for _ in $(seq 60); do
        [ "$(sinfo --noheader --format=%T 2> /dev/null)" = idle ] && return
        sleep 0.5
    done
    echo "The node is not ready after 30 s:" >&2
    tail -n 20 "$folder/slurmctld.log" "$folder/slurmd.log" >&2
    exit 1
}

# Without cgroups and without accounting, which need more than a container has: what a job
# uses is looked at every second, and a job above its memory is ended. Two jobs share a
# processor, since much of a job of Slurm is waiting.
configuration() {
    cat << END
$ours
ClusterName=tests
SlurmctldHost=localhost(127.0.0.1)
SlurmUser=root
SlurmctldPort=16817
SlurmdPort=16818
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SchedulerParameters=sched_interval=2
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
JobAcctGatherParams=OverMemoryKill
StateSaveLocation=$folder/state
SlurmdParameters=config_overrides
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
NodeName=localhost NodeAddr=127.0.0.1 CPUs=$((2 * $(getconf _NPROCESSORS_ONLN))) RealMemory=$(memory_mb)
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
}

memory_mb() {
    awk '/^MemTotal/ { print int(0.9 * $2 / 1024) }' /proc/meminfo
}

stop() {
    scancel --state=RUNNING 2> /dev/null || true
    for daemon in slurmd slurmctld munged; do
        end "$folder/$daemon.pid"
    done
    rm -f "$conf"
}

# End the process of a pid file, and wait for it.
end() {
    [ -f "$1" ] || return 0
    pid=$(cat "$1")
    kill "$pid" 2> /dev/null || return 0
    for _ in $(seq 40); do
        [ -d "/proc/$pid" ] || return 0
        sleep 0.25
    done
    kill -KILL "$pid" 2> /dev/null || true
}

case $action in
    check) check ;;
    start) check && stop && start ;;
    stop) check && stop ;;
esac
