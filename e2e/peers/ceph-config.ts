import { keystoneAt, ports } from "./addresses.ts";

/**
 * Pools of one copy, which is why the monitor must allow them. cephx stays on: with it off the gateway of 16.2
 * loops on "get_initial_auth_request returned -13".
 */
export const cephConfig = (folder: string, fsid: string, passwordFile: string): string => `[global]
fsid = ${fsid}
keyring = ${folder}/keyring
mon_host = [v2:127.0.0.1:${ports.cephMon}]
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_ipv6 = false
ms_bind_msgr1 = false
ms_bind_port_min = ${ports.ceph[0]}
ms_bind_port_max = ${ports.ceph[1]}
run_dir = ${folder}/run
admin_socket = ${folder}/run/$name.asok
pid_file = ${folder}/run/$name.pid
crash_dir = ${folder}/run
log_file =
log_to_stderr = true
err_to_stderr = true
mon_cluster_log_file =
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 8
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 1000
mon_warn_on_pool_no_redundancy = false
auth_allow_insecure_global_id_reclaim = false
[mon]
mon_data = ${folder}/mon/$id
mon_initial_members = a
mon_data_avail_crit = 1
mon_data_avail_warn = 2
[mgr]
mgr_data = ${folder}/mgr/$id
mgr_initial_modules = iostat
[osd]
osd_data = ${folder}/osd/$id
bluestore_block_size = ${20 * 1024 ** 3}
osd_memory_target = ${1024 ** 3}
osd_class_update_on_start = false
[client.rgw]
rgw_data = ${folder}/rgw
rgw_frontends = beast endpoint=127.0.0.1:${ports.rgw}
rgw_keystone_url = ${keystoneAt.authUrl.replace(/\/v3$/, "")}
rgw_keystone_api_version = 3
rgw_keystone_admin_user = rgw
rgw_keystone_admin_password_path = ${passwordFile}
rgw_keystone_admin_project = service
rgw_keystone_admin_domain = Default
rgw_keystone_accepted_roles = member, admin
rgw_s3_auth_use_keystone = true
rgw_swift_versioning_enabled = true
rgw_swift_enforce_content_length = true
`;
