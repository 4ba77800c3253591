package redact

import (
	"strings"
	"sync"
	"unicode"
)

// The kinds of hidden values, as they stand in a placeholder.
const (
	kindPassword = "PASSWORD"
	kindSecret   = "SECRET"
	kindToken    = "TOKEN"
	kindKey      = "KEY"
	kindCookie   = "COOKIE"
	kindAuth     = "AUTH"
	kindHash     = "HASH"
	kindEmail    = "EMAIL"
	kindIP       = "IP"
	kindPhone    = "PHONE"
	kindCard     = "CARD"
	kindID       = "ID"
	kindString   = "STRING"
	kindNumber   = "NUMBER"
	kindBinary   = "BINARY"
)

// keyRule is what a key's name tells of its value.
type keyRule struct {
	kind    string
	numbers bool // hide numbers of four digits and more, too
	random  bool // hide only what looks random
	luhn    bool // hide only what has a card number's check digit
	phone   bool // hide only what looks like a phone number
	address bool // four or eight small integers in a tuple are an IP address
}

// keyWords are the single words of a key's name that make its value secret.
var keyWords = sync.OnceValue(func() map[string]keyRule {
	m := map[string]keyRule{}
	add := func(rule keyRule, words string) {
		for _, w := range strings.Fields(words) {
			m[w] = rule
		}
	}
	add(keyRule{kind: kindPassword, numbers: true}, `password passwords passwd pass pw pwd passphrase passcode userpassword
		pgpassword kennwort`)
	add(keyRule{kind: kindPassword}, `pwhash`)
	add(keyRule{kind: kindSecret, numbers: true}, `secret secrets clientsecret appsecret otp totp pin cvv cvc cvv2 ssn`)
	add(keyRule{kind: kindSecret}, `salt credential credentials creds cred dsn connstr`)
	add(keyRule{kind: kindToken, numbers: true}, `token accesstoken authtoken apitoken refreshtoken bearertoken`)
	add(keyRule{kind: kindToken}, `tokens jwt bearer nonce sig signature signatures csrf xsrf session sessions sessionid sid`)
	add(keyRule{kind: kindKey}, `apikey apikeys secretkey privatekey privkey accesskey authkey signingkey encryptionkey
		masterkey dek kek hmac`)
	add(keyRule{kind: kindCookie}, `cookie cookies`)
	add(keyRule{kind: kindAuth}, `authorization basicauth`)
	add(keyRule{kind: kindID, numbers: true}, `iban passport`)
	add(keyRule{kind: kindCard, numbers: true}, `cardnumber creditcard ccnumber`)
	add(keyRule{kind: kindCard, luhn: true}, `card pan`)
	add(keyRule{kind: kindPhone, phone: true, numbers: true}, `phone mobile cellphone telephone tel msisdn fax`)
	add(keyRule{kind: kindIP, address: true}, `ip ips addr address peer peername sockname remoteip host hosts sockaddr inet ifaddr`)
	add(keyRule{kind: kindKey, random: true}, `key keys auth hash digest checksum etag`)
	return m
})

// keyPairs are words that make the value secret together.
var keyPairs = sync.OnceValue(func() map[string]keyRule {
	m := map[string]keyRule{}
	add := func(rule keyRule, pairs string) {
		for _, p := range strings.Fields(pairs) {
			m[p] = rule
		}
	}
	add(keyRule{kind: kindKey}, `api_key access_key private_key priv_key secret_key signing_key encryption_key encrypt_key
		decryption_key auth_key master_key account_key shared_key ssh_key license_key key_base session_key deploy_key
		host_key cipher_key data_key token_key hmac_key app_key server_key service_key storage_key pre_shared_key consumer_key
		publishable_key integration_key routing_key_secret verification_key`)
	add(keyRule{kind: kindSecret}, `connection_string conn_string conn_str database_url db_url redis_url amqp_url
		recovery_code recovery_codes backup_code backup_codes one_time verification_code auth_code authorization_code`)
	add(keyRule{kind: kindAuth}, `basic_auth http_auth proxy_auth`)
	add(keyRule{kind: kindToken}, `session_id auth_id`)
	add(keyRule{kind: kindCard, numbers: true}, `card_number credit_card cc_number card_no card_num`)
	add(keyRule{kind: kindPhone, phone: true, numbers: true}, `phone_number mobile_number`)
	add(keyRule{kind: kindID, numbers: true}, `social_security national_id tax_id account_number`)
	return m
})

// cancelling are last words of a key's name that make it harmless: it is about
// the secret, not the secret itself.
var cancelling = sync.OnceValue(func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(`at count counts left id ids ttl max min type types size length len limit limits timeout
		ms sec seconds expires expiry expiration exp expired required enabled disabled valid validity verified present missing
		name names path file filename dir field fields mod module fun function strategy policy age version vsn alg
		algorithm format opts options option config changed reset attempts retries rotation rotated status state kind mode
		method methods scheme provider endpoint header headers regex pattern store storage adapter handler hook interval
		period usage used budget total index idx created updated deleted confirmed set param params plug pid ref table
		strength entropy hint label class error errors reason rounds iterations bits bytes domain host port supported
		scope scopes issuer audience location url uri`) {
		m[w] = true
	}
	return m
})

// keepsURL are keys whose last word is "url" and whose value is a secret all the same.
func keepsURL(words []string) bool {
	if len(words) < 2 {
		return false
	}
	switch words[len(words)-2] {
	case "database", "db", "redis", "amqp":
		return true
	}
	return false
}

// ruleForKey says what the name of a key tells of its value.
func ruleForKey(key string) (keyRule, bool) {
	if len(key) < 2 || len(key) > 80 {
		return keyRule{}, false
	}
	words := splitKey(key)
	n := len(words)
	if n == 0 {
		return keyRule{}, false
	}
	best, found := pairRule(words)
	if !found || best.random {
		for i := n - 1; i >= 0; i-- {
			rule, ok := wordRule(words[i])
			// "key", "host" and the like count as the last word only.
			if !ok || (rule.random || rule.address) && i != n-1 {
				continue
			}
			if !found || best.random || best.address {
				best, found = rule, true
			}
		}
	}
	if !found || n > 1 && cancels(words, best) {
		return keyRule{}, false
	}
	return best, true
}

// cancels says that the last word of a key makes it harmless.
func cancels(words []string, rule keyRule) bool {
	n := len(words)
	last := words[n-1]
	if !cancelling()[last] || rule.address || rule.random {
		return false
	}
	if last == "id" {
		_, whole := keyPairs()[words[n-2]+"_id"]
		return !whole
	}
	return last != "url" && last != "uri" || !keepsURL(words)
}

func pairRule(words []string) (keyRule, bool) {
	for i := len(words) - 2; i >= 0; i-- {
		if rule, ok := keyPairs()[words[i]+"_"+words[i+1]]; ok {
			return rule, true
		}
	}
	return keyRule{}, false
}

func wordRule(w string) (keyRule, bool) {
	if rule, ok := keyWords()[w]; ok {
		return rule, true
	}
	// Names written as one word: dbpassword, usertoken.
	for _, end := range [...]string{"password", "passwd", "secret", "apikey", "token"} {
		if len(w) > len(end) && strings.HasSuffix(w, end) {
			rule := keyWords()[end]
			return rule, true
		}
	}
	return keyRule{}, false
}

// splitKey splits a name at "_", "-", ".", blanks and camel case into lower-case words.
func splitKey(key string) []string {
	var words []string
	var word strings.Builder
	flush := func() {
		if word.Len() > 0 {
			words = append(words, word.String())
			word.Reset()
		}
	}
	rs := []rune(key)
	for i, r := range rs {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush()
			continue
		case unicode.IsUpper(r) && i > 0:
			// fooBar, and the B of HTTPBody.
			if unicode.IsLower(rs[i-1]) || unicode.IsDigit(rs[i-1]) ||
				unicode.IsUpper(rs[i-1]) && i+1 < len(rs) && unicode.IsLower(rs[i+1]) {
				flush()
			}
		}
		word.WriteRune(unicode.ToLower(r))
	}
	flush()
	return words
}

// secretVerb says from which argument on (counted from 1) the arguments of a
// message tag or a function are secret: {:login, user, password},
// verify_password(user, password). With a single argument that one is.
func secretVerb(name string) (from int, ok bool) {
	words := splitKey(name)
	if len(words) == 0 || len(words) > 5 {
		return 0, false
	}
	switch strings.Join(words, "_") {
	case "login", "log_in", "sign_in", "signin", "logon", "auth", "authenticate", "authorize", "authorise", "basic",
		"basic_auth", "verify_credentials", "check_credentials", "verify_user", "register", "sign_up", "signup", "bind",
		"simple_bind", "sasl", "credentials", "creds", "user_password", "connect_as":
		return 2, true
	case "bearer", "verify_token", "check_token", "verify_otp", "check_otp", "verify_pin", "check_pin":
		return 1, true
	}
	switch words[0] {
	case "verify", "check", "set", "change", "reset", "update", "validate", "hash", "valid", "authenticate", "login", "put", "store", "rotate":
		for _, w := range words[1:] {
			switch w {
			case "password", "passwd", "pass", "pw", "pwd", "credentials", "secret", "pin", "otp":
				return 2, true
			case "token", "apikey":
				return 1, true
			}
		}
	}
	return 0, false
}
