package clients

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// ociTokens are the tokens that registries give to anybody, by repository.
type ociTokens struct {
	mu   sync.Mutex
	kept map[repository]ociToken
}

type ociToken struct {
	Token
	until time.Time
}

func (t *ociTokens) get(where repository, now time.Time) Token {
	t.mu.Lock()
	defer t.mu.Unlock()
	if one := t.kept[where]; now.Before(one.until) {
		return one.Token
	}
	return Token{}
}

func (t *ociTokens) put(where repository, one ociToken) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.kept == nil {
		t.kept = make(map[repository]ociToken)
	}
	t.kept[where] = one
}

// do asks a registry, and once more with the token that it gives to anybody,
// where it wants one. Fetching public images is anonymous: of the person's own
// credentials it is sent those that they bound to this registry in their
// configuration, and no others; Docker's are not read.
func (o *OCI) do(ctx context.Context, where repository, req Request) error {
	req.Token = o.tokens.get(where, o.t.clock.Now())
	_, err := o.t.Do(ctx, req)
	e := asError(err)
	if e == nil || e.Status != http.StatusUnauthorized || e.challenge == "" {
		return err
	}
	token, tokenErr := o.token(ctx, where, e.challenge)
	if tokenErr != nil {
		return tokenErr
	}
	if token.Value == "" {
		return err
	}
	req.Token = token
	_, err = o.t.Do(ctx, req)
	return err
}

// token gets a token by a registry's challenge. Where it is to be had is the
// registry's word, so that nothing is sent there but the name of the repository:
// by https alone, without any credential, and the answer is kept nowhere.
func (o *OCI) token(ctx context.Context, where repository, challenge string) (Token, error) {
	realm, service := bearer(challenge)
	if realm == "" {
		return Token{}, nil // it wants a password
	}
	u, err := url.Parse(realm)
	if err != nil || u.User != nil || u.Fragment != "" || checkRealm(u, where.base) != nil {
		return Token{}, &Error{Reason: ReasonRefused, Host: hostOf(where.base), Status: http.StatusUnauthorized, Detail: clip("it names no https address for tokens: " + redact(realm))}
	}
	query := u.Query()
	if service != "" {
		query.Set("service", service)
	}
	query.Set("scope", "repository:"+where.name+":pull")
	u.RawQuery = query.Encode()
	var got struct {
		Token       lax[string] `json:"token"`
		AccessToken lax[string] `json:"access_token"`
		Expires     lax[int64]  `json:"expires_in"`
	}
	_, err = o.t.Do(ctx, Request{URL: u.String(), Accept: acceptJSON, Fresh: -1, Bare: true, MaxBody: 64 << 10, Read: readJSON(&got)})
	if err != nil {
		return Token{}, err
	}
	value := got.Token.V
	if value == "" {
		value = got.AccessToken.V
	}
	if value == "" || strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return Token{}, &Error{Reason: ReasonNotJSON, Host: u.Host, Err: errors.New("no token is in it"), Detail: "no token is in it"}
	}
	base, err := url.Parse(where.base)
	if err != nil {
		return Token{}, err
	}
	token := Token{Origin: base.Scheme + "://" + base.Host, Value: "Bearer " + value, Anybody: true}
	// Sixty seconds is what the specification has where nothing is said.
	life := time.Duration(max(60, min(got.Expires.V, 3600))) * time.Second
	o.tokens.put(where, ociToken{token, o.t.clock.Now().Add(life - 10*time.Second)})
	return token, nil
}

// checkRealm allows https; a registry on this computer may name this computer.
func checkRealm(realm *url.URL, base string) error {
	if realm.Scheme == "https" && realm.Host != "" || realm.Scheme == "http" && loopback(realm.Hostname()) && strings.HasPrefix(base, "http://") {
		return nil
	}
	return errors.New("not https")
}

// bearer reads `Bearer realm="...",service="...",scope="..."`; realm is "" for
// any other scheme.
func bearer(challenge string) (realm, service string) {
	scheme, rest, _ := strings.Cut(strings.TrimSpace(challenge), " ")
	if !strings.EqualFold(scheme, "Bearer") || len(rest) > 4000 {
		return "", ""
	}
	for rest != "" {
		name, after, ok := strings.Cut(rest, "=")
		if !ok {
			break
		}
		value := ""
		if quoted, isQuoted := strings.CutPrefix(after, `"`); isQuoted {
			value, rest, _ = strings.Cut(quoted, `"`)
			rest = strings.TrimLeft(rest, ", ")
		} else {
			value, rest, _ = strings.Cut(after, ",")
		}
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "realm":
			realm = value
		case "service":
			service = value
		}
	}
	return realm, service
}
