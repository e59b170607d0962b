/** Labels that word lists begin with, the likeliest first; apart from those that the guard knows. */
export const WORDS: readonly string[] = `
www mail ftp localhost webmail smtp pop ns1 webdisk ns2 cpanel whm autodiscover autoconfig m imap test ns blog pop3 dev
www2 admin forum news vpn ns3 mail2 new mysql old lists support mobile mx static docs beta shop sql secure demo cp calendar
wiki web media email images img www1 intranet portal video sip dns2 api cdn stats dns1 ns4 www3 dns search staging server
mx1 chat wap my svn mail1 sites proxy ads host crm cms backup mx2 lyncdiscover info apps download remote db forums store
relay files newsletter app live owa en start sms office exchange ipv4 git jenkins gitlab ldap ldap1 ldap2 monitor monitoring
grafana prometheus kibana elastic elasticsearch redis postgres postgresql mongo mongodb rabbitmq kafka zookeeper consul vault
nomad k8s kubernetes docker registry harbor nexus artifactory sonar sonarqube ci cd build deploy puppet chef ansible salt
stage stg uat qa preprod pre-prod prod production sandbox lab labs int internal corp private local lan dmz edge gateway gw
firewall fw router switch bastion jump jumphost ssh sftp rdp citrix vdi desktop vpn1 vpn2 openvpn wireguard ipsec radius
auth login sso id identity accounts account oauth keycloak okta adfs ad dc dc1 dc2 kerberos nas san storage s3 minio nfs smb
backup1 backup2 archive logs log syslog graylog splunk sentry nagios zabbix icinga cacti munin status uptime health metrics
trac redmine jira confluence bugs bugzilla tickets helpdesk desk service services help kb faq hr erp sap finance payroll
billing pay payment payments checkout cart order orders invoice invoices sales marketing partner partners client clients
customer customers extranet b2b reports report analytics tracking data bi tableau hadoop spark airflow jupyter notebook ml
ai gpu model models api1 api2 api-dev dev-api api-test api-staging apiv1 v1 v2 graphql rest ws websocket socket push mqtt
iot devices device camera cam print printer scan fax voip pbx phone tel conference meet video1 stream streaming rtmp live2
upload uploads assets content cache cdn1 cdn2 img1 img2 static1 static2 js css fonts origin www4 www5 web1 web2 web3 app1
app2 db1 db2 db3 sql1 sql2 mysql1 mysql2 node1 node2 server1 server2 host1 host2 vps vps1 vps2 cloud azure aws gcp
`
  .trim()
  .split(/\s+/)
