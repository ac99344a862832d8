using OrleansCompute.Grains.Pools;
using OrleansCompute.Scheduling.Tenancy;

namespace OrleansCompute.Grains.Tests.Pools;

public sealed class TenantEyesTests
{
    private static readonly TenantTree Tree = TenantTree.Create(
    [
        new TenantQuota { Name = "top" }, new TenantQuota { Name = "acme", Parent = "top" }, new TenantQuota { Name = "acme-2" },
        new TenantQuota { Name = "dot." },
    ]);

    private readonly TenantEyes _eyes = new("acme", Tree, ["beta"]);

    [Theory]
    [InlineData("2 held by tenant beta until about 14:20", "2 held by another tenant until about 14:20")]
    [InlineData("tenant 'beta' holds 3.", "another tenant holds 3.")]
    [InlineData("3 waiting jobs come first, among them beta/secret.", "3 waiting jobs come first, among them a job of another tenant.")]
    [InlineData("k is held back for job beta/secret-1.2, which", "k is held back for a job of another tenant, which")]
    [InlineData("held by tenant acme-2.", "held by another tenant.")]
    [InlineData("held by acme-2/x", "held by a job of another tenant")]
    [InlineData("held by tenant dot.", "held by another tenant")]
    [InlineData("held by tenant dot..", "held by another tenant.")]
    [InlineData("top/theirs", "a job of another tenant")]
    public void Cover_WhatIsAnothers_HidesIts(string text, string expected) => Assert.Equal(expected, _eyes.Cover(text));

    [Theory]
    [InlineData("acme/mine needs 2; tenant acme holds 3 of the 3 it may hold; tenant 'top' holds 4")]
    [InlineData("moves to node-1/cpu-avx2, so that job acme/gang is together")]
    [InlineData("2 held by tenant acme until about 14:20.")]
    [InlineData("")]
    public void Cover_WhatIsTheirOwn_LeavesIt(string text) => Assert.Equal(text, _eyes.Cover(text));

    [Fact]
    public void MayName_OfTheOwnLine_IsTrue() =>
        Assert.Equal([true, true, false, false], new[] { "acme", "top", "acme-2", "beta" }.Select(_eyes.MayName));
}
