#!/bin/sh
# Boots systemd in namespaces of its own over a copy-on-write view of this machine, installs the
# package there, and lets bench/relay/service-walk.sh walk through the service. Nothing of the host
# is changed: files go to memory, /proc/sys and /sys are read-only, the network is a loopback.
# Called by bench/relay-service.ts: unshare ... service-in-namespace.sh SCRATCH PACKAGE WALK
set -e
scratch=$1 package=$2 walk=$3
root=$scratch/root
mount -t tmpfs tmpfs "$scratch"
mkdir "$scratch/up" "$scratch/work" "$root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$scratch/up,workdir=$scratch/work" "$root"
mount -t proc proc "$root/proc"
mount --bind "$root/proc/sys" "$root/proc/sys"
mount -o remount,ro,bind "$root/proc/sys"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/run"
ip link set lo up
cp "$package" "$root/package.deb"
cp "$walk" "$root/walk.sh"
# Of the host's own services none is started.
rm -f "$root"/etc/systemd/system/*.wants/*
# It would take away all that lies in /tmp, of which this machine may have millions of files.
ln -sf /dev/null "$root/etc/systemd/system/systemd-tmpfiles-setup.service"
cat > "$root/etc/systemd/system/walk.service" <<'END'
[Unit]
DefaultDependencies=no
[Service]
Type=oneshot
ExecStart=/bin/sh /walk.sh
StandardOutput=file:/walk.out
StandardError=inherit
END
cd "$root"
mkdir -p before
pivot_root . before
# What the walk says goes through a pipe to the output that the host reads.
mkfifo /walk.out
cat /walk.out &
umount -l /before
mount --make-rshared /
exec env -i container=wherefrom PATH=/usr/sbin:/usr/bin:/sbin:/bin \
  /lib/systemd/systemd --system --unit=walk.service --log-target=null --show-status=no
