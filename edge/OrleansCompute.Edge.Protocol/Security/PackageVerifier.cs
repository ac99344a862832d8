using System.Buffers;
using System.Security.Cryptography;
using OrleansCompute.Edge.Protocol.Payloads;

namespace OrleansCompute.Edge.Protocol.Security;

/// <summary>
/// Decides whether a model package may run, from what is given alone: no clock, no files, no state. The checks of the offer come
/// first, so that nothing is downloaded for an offer that would be refused.
/// </summary>
public static class PackageVerifier
{
    /// <summary>Checks an offer before anything is fetched: limits, tenant, replay, signature.</summary>
    /// <param name="offer">As received.</param>
    /// <param name="trustedKey">Public key (P-256) of the model signer.</param>
    /// <param name="tenant">Tenant of this device.</param>
    /// <param name="lastAcceptedIssue">Issue of the last offer of this model that was accepted; 0 before the first.</param>
    public static PackageVerdict CheckOffer(ModelOffer offer, ECDsa trustedKey, string tenant, long lastAcceptedIssue)
    {
        ArgumentNullException.ThrowIfNull(offer);
        if (ModelOfferCodec.Validate(offer) is { } invalid)
        {
            return Refuse(PackageRefusal.InvalidOffer, $"The offer is invalid: {invalid}");
        }

        if (!string.Equals(offer.Tenant, tenant, StringComparison.Ordinal))
        {
            return Refuse(
                PackageRefusal.WrongTenant,
                $"The offer of {offer.Name} is for tenant '{offer.Tenant}'; this device belongs to '{tenant}'.");
        }

        if (!ModelSignature.Verify(trustedKey, offer))
        {
            return Refuse(
                PackageRefusal.BadSignature,
                $"The signature of {offer.Name} version {offer.Version}, issue {offer.Issue}, "
                    + "does not match its offer and the trusted key.");
        }

        // After the signature: the issue of a forged offer says nothing.
        return offer.Issue > lastAcceptedIssue
            ? new PackageVerdict.Accepted()
            : Refuse(
                PackageRefusal.Replayed,
                $"The offer of {offer.Name} has issue {offer.Issue}; above {lastAcceptedIssue}, the last accepted one, is needed.");
    }

    /// <summary>Checks a package that was hashed while it arrived against its offer, which was checked already.</summary>
    /// <param name="offer">The offer.</param>
    /// <param name="receivedBytes">Length of what arrived.</param>
    /// <param name="receivedSha256">SHA-256 of what arrived.</param>
    public static PackageVerdict CheckContent(ModelOffer offer, long receivedBytes, ReadOnlySpan<byte> receivedSha256)
    {
        ArgumentNullException.ThrowIfNull(offer);
        if (receivedBytes != offer.SizeBytes)
        {
            return Refuse(
                PackageRefusal.WrongSize,
                $"The package of {offer.Name} version {offer.Version} has {receivedBytes} bytes; {offer.SizeBytes} were offered.");
        }

        return receivedSha256.SequenceEqual(offer.Sha256.Span)
            ? new PackageVerdict.Accepted()
            : Refuse(
                PackageRefusal.WrongHash,
                $"The package of {offer.Name} version {offer.Version} has SHA-256 {Convert.ToHexStringLower(receivedSha256)}; "
                + $"{Convert.ToHexStringLower(offer.Sha256.Span)} was offered.");
    }

    /// <summary>All checks at once.</summary>
    /// <param name="offer">As received.</param>
    /// <param name="package">All bytes of the package.</param>
    /// <param name="trustedKey">Public key (P-256) of the model signer.</param>
    /// <param name="tenant">Tenant of this device.</param>
    /// <param name="lastAcceptedIssue">Issue of the last offer of this model that was accepted; 0 before the first.</param>
    public static PackageVerdict Verify(
        ModelOffer offer, ReadOnlySequence<byte> package, ECDsa trustedKey, string tenant, long lastAcceptedIssue)
    {
        var verdict = CheckOffer(offer, trustedKey, tenant, lastAcceptedIssue);
        if (verdict is PackageVerdict.Refused)
        {
            return verdict;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var segment in package)
        {
            hash.AppendData(segment.Span);
        }

        return CheckContent(offer, package.Length, hash.GetHashAndReset());
    }

    private static PackageVerdict.Refused Refuse(PackageRefusal reason, string detail) => new(reason, detail);
}
