/** Labels of hosts that only insiders need: a number may follow. Names that many publish on purpose are not among them. */
const INTERNAL_LABELS: ReadonlySet<string> = new Set(
  [
    'db database mysql mariadb postgres postgresql pgsql mongo mongodb redis memcached elasticsearch kafka rabbitmq',
    'ldap ldaps kdc kerberos radius tacacs dc ad adfs domaincontroller',
    'jenkins grafana prometheus kibana nagios zabbix icinga splunk graylog jaeger',
    'vcenter esxi proxmox pve hypervisor idrac ilo ipmi bmc drac kvm',
    'vault consul etcd rancher k8s kubernetes kube-api openshift',
    'vpn-admin firewall-admin admin-vpn router-admin switch-admin bastion jumphost jump-host',
    'nas san backup-server fileserver printer print-server',
    'intranet internal corp lan',
  ]
    .join(' ')
    .split(' '),
)

/** The number behind it included. */
const LONGEST = Math.max(...[...INTERNAL_LABELS].map((label) => label.length)) + 4

/** Whether the label is one that outside nobody has reason to ask for. */
export function isInternalLabel(label: string): boolean {
  if (label.length > LONGEST) return false
  return INTERNAL_LABELS.has(label) || INTERNAL_LABELS.has(label.replace(/-?[0-9]{1,3}$/, ''))
}
