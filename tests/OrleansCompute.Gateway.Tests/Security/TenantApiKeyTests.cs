using OrleansCompute.Gateway.Security;

namespace OrleansCompute.Gateway.Tests.Security;

public sealed class TenantApiKeyTests
{
    [Theory]
    [InlineData("oc_acme_secret", null, new[] { "acme" })]
    [InlineData("oc_ac_me_se_cret", null, new[] { "ac_me_se", "ac_me", "ac" })]
    [InlineData("oc_ac_me_se_cret", "ac_me", new[] { "ac_me", "ac_me_se", "ac" })]
    [InlineData("oc_a_b_c_d_e_f_g", null, new[] { "a_b_c_d_e_f", "a_b_c_d_e", "a_b_c_d", "a_b_c" })]
    [InlineData("oc_acme_", null, new string[0])]
    [InlineData("oc__secret", null, new string[0])]
    [InlineData("oc_ACME_secret", null, new string[0])]
    [InlineData("secret", "acme", new string[0])]
    [InlineData("", null, new string[0])]
    public void Candidates_WhenKeyCanBeReadInSeveralWays_AreFewAndWellFormed(string key, string? route, string[] tenants) =>
        Assert.Equal(tenants, TenantApiKey.Candidates(key, route));
}
