using System.Buffers;
using System.Security.Cryptography;
using OrleansCompute.Edge.Protocol.Payloads;
using OrleansCompute.Edge.Protocol.Security;

namespace OrleansCompute.Edge.Protocol.Tests.Security;

public sealed class PackageVerifierTests : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] _package = Enumerable.Range(0, 300).Select(i => (byte)(i * 7)).ToArray();
    private readonly ModelOffer _offer;

    public PackageVerifierTests() => _offer = ModelSignature.Sign(_key, new ModelOffer
    {
        Tenant = "acme", Name = "fashion", Version = 2, Issue = 5, SizeBytes = _package.Length, Sha256 = SHA256.HashData(_package),
        Signature = default, Metrics = [new NamedValue("accuracy", 0.9)],
    });

    public void Dispose() => _key.Dispose();

    [Fact]
    public void Verify_WhenGenuine_Accepts()
    {
        Assert.IsType<PackageVerdict.Accepted>(Verify(_offer, _package));
        Assert.Equal(ProtocolLimits.SignatureBytes, _offer.Signature.Length);
    }

    [Fact]
    public void Verify_WhenOfferTravelled_Accepts()
    {
        var output = new ArrayBufferWriter<byte>();
        ModelOfferCodec.Encode(output, _offer);
        Assert.True(ModelOfferCodec.TryDecode(new ReadOnlySequence<byte>(output.WrittenMemory), out var received, out var error), error);
        using var publicKey = ModelSignature.ImportPublicKey(ModelSignature.ExportPublicKey(_key));
        Assert.IsType<PackageVerdict.Accepted>(
            PackageVerifier.Verify(received, new ReadOnlySequence<byte>(_package), publicKey, "acme", 4));
    }

    [Fact]
    public void Verify_WhenAnyByteOfThePackageIsChanged_RefusesWithBothHashes()
    {
        for (var at = 0; at < _package.Length; at++)
        {
            var tampered = (byte[])_package.Clone();
            tampered[at] ^= 1;
            var refused = Refused(PackageRefusal.WrongHash, Verify(_offer, tampered));
            Assert.Contains(Convert.ToHexStringLower(_offer.Sha256.Span), refused.Detail, StringComparison.Ordinal);
            Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(tampered)), refused.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Verify_WhenCutAtAnyByteOrLonger_RefusesWithBothLengths()
    {
        for (var length = 0; length < _package.Length; length++)
        {
            var refused = Refused(PackageRefusal.WrongSize, Verify(_offer, _package[..length]));
            Assert.Contains($"{length} bytes; 300", refused.Detail, StringComparison.Ordinal);
        }

        Refused(PackageRefusal.WrongSize, Verify(_offer, [.. _package, 0]));
    }

    public static TheoryData<string, Func<ModelOffer, ModelOffer>> Forgeries => new()
    {
        { "name", offer => offer with { Name = "fashioo" } },
        { "version", offer => offer with { Version = 3 } },
        { "issue", offer => offer with { Issue = 6 } },
        { "size", offer => offer with { SizeBytes = 301 } },
        { "sha256", offer => offer with { Sha256 = SHA256.HashData("other"u8) } },
        { "chunk", offer => offer with { ChunkBytes = 2048 } },
        { "metric value", offer => offer with { Metrics = [new NamedValue("accuracy", 0.91)] } },
        { "metric name", offer => offer with { Metrics = [new NamedValue("accuracx", 0.9)] } },
        { "no metric", offer => offer with { Metrics = [] } },
        { "more metrics", offer => offer with { Metrics = offer.Metrics.Add(new NamedValue("loss", 1)) } },
        { "no signature bits", offer => offer with { Signature = new byte[64] } },
    };

    [Theory]
    [MemberData(nameof(Forgeries))]
    public void Verify_WhenAnyFieldIsChanged_RefusesTheSignature(string what, Func<ModelOffer, ModelOffer> forge)
    {
        var refused = Refused(PackageRefusal.BadSignature, Verify(forge(_offer), _package));
        Assert.True(refused.Detail.Contains("signature", StringComparison.Ordinal), what);
    }

    [Fact]
    public void Verify_WhenAnyByteOfTheSignatureIsChanged_Refuses()
    {
        for (var at = 0; at < ProtocolLimits.SignatureBytes; at++)
        {
            var signature = _offer.Signature.ToArray();
            signature[at] ^= 0x10;
            Refused(PackageRefusal.BadSignature, Verify(_offer with { Signature = signature }, _package));
        }
    }

    [Fact]
    public void Verify_WhenOtherTenant_NamesBoth()
    {
        var refused = Refused(
            PackageRefusal.WrongTenant, PackageVerifier.Verify(_offer, new ReadOnlySequence<byte>(_package), _key, "globex", 0));
        Assert.Contains("'acme'", refused.Detail, StringComparison.Ordinal);
        Assert.Contains("'globex'", refused.Detail, StringComparison.Ordinal);
        Refused(PackageRefusal.BadSignature, PackageVerifier.Verify(
            _offer with { Tenant = "globex" }, new ReadOnlySequence<byte>(_package), _key, "globex", 0));
    }

    [Fact]
    public void Verify_WhenOtherKey_Refuses()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Refused(PackageRefusal.BadSignature, PackageVerifier.Verify(_offer, new ReadOnlySequence<byte>(_package), other, "acme", 0));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(long.MaxValue)]
    public void Verify_WhenReplayed_NamesBothIssues(long lastAccepted)
    {
        var refused = Refused(
            PackageRefusal.Replayed, PackageVerifier.Verify(_offer, new ReadOnlySequence<byte>(_package), _key, "acme", lastAccepted));
        Assert.Contains("issue 5", refused.Detail, StringComparison.Ordinal);
        Assert.Contains($"above {lastAccepted}", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_WhenRollBackWithNewIssue_Accepts()
    {
        var rollBack = ModelSignature.Sign(_key, _offer with { Version = 1, Issue = 6 });
        Assert.IsType<PackageVerdict.Accepted>(PackageVerifier.Verify(rollBack, new ReadOnlySequence<byte>(_package), _key, "acme", 5));
    }

    [Fact]
    public void CheckOffer_WhenLimitIsBroken_Refuses() => Refused(
        PackageRefusal.InvalidOffer,
        PackageVerifier.CheckOffer(_offer with { SizeBytes = ProtocolLimits.MaxPackageBytes + 1 }, _key, "acme", 0));

    [Fact]
    public void CanonicalBytes_WhenTextMovesBetweenFields_Differ() => Assert.NotEqual(
        ModelSignature.CanonicalBytes(_offer with { Tenant = "ab", Name = "c" }),
        ModelSignature.CanonicalBytes(_offer with { Tenant = "a", Name = "bc" }));

    [Fact]
    public void CanonicalBytes_WhenSignatureDiffers_AreTheSame() => Assert.Equal(
        ModelSignature.CanonicalBytes(_offer), ModelSignature.CanonicalBytes(_offer with { Signature = default }));

    [Fact]
    public void Keys_WhenNotP256_AreRefused()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Contains("P-256",
            Assert.Throws<ArgumentException>(() => ModelSignature.Sign(other, _offer)).Message, StringComparison.Ordinal);
        Assert.Contains("P-256", Assert.Throws<ArgumentException>(
            () => ModelSignature.ImportPublicKey(other.ExportSubjectPublicKeyInfoPem())).Message, StringComparison.Ordinal);
        Assert.Contains("P-256",
            Assert.Throws<ArgumentException>(() => ModelSignature.ImportPublicKey("no key")).Message, StringComparison.Ordinal);
        var notAKey = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----";
        Assert.Contains(
            "P-256", Assert.Throws<ArgumentException>(() => ModelSignature.ImportPublicKey(notAKey)).Message, StringComparison.Ordinal);
        using var fromPem = ModelSignature.ImportPublicKey(_key.ExportSubjectPublicKeyInfoPem());
        Assert.True(ModelSignature.Verify(fromPem, _offer));
    }

    private PackageVerdict Verify(ModelOffer offer, byte[] package) =>
        PackageVerifier.Verify(offer, new ReadOnlySequence<byte>(package), _key, "acme", 4);

    private static PackageVerdict.Refused Refused(PackageRefusal reason, PackageVerdict verdict)
    {
        var refused = Assert.IsType<PackageVerdict.Refused>(verdict);
        Assert.Equal(reason, refused.Reason);
        return refused;
    }
}
