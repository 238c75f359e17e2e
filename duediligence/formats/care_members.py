"""The members of answers of the Care Quality Commission that are read, or passed over by name."""

from typing import Final

# The members of answers that are kept, wherever they are.
KEPT: Final = frozenset(
    "changes total page totalPages "
    "locationId providerId locationIds organisationType ownershipType type name brandId "
    "brandName onspdCcgCode onspdCcgName "
    "odsCcgCode odsCcgName onspdIcbCode onspdIcbName odsCode uprn registrationStatus "
    "registrationDate deregistrationDate dormancy dormancyStartDate dormancyEndDate alsoKnownAs "
    "onspdLatitude onspdLongitude careHome inspectionDirectorate postalAddressLine1 "
    "postalAddressLine2 postalAddressTownCity postalAddressCounty region postalCode "
    "registeredManagerAbsentDate numberOfBeds constituency localAuthority lastInspection date "
    "lastReport publicationDate relationships relatedLocationId relatedLocationName "
    "relatedProviderId relatedProviderName reason locationTypes regulatedActivities code "
    "gacServiceTypes description specialisms specialism inspectionCategories primary "
    "inspectionAreas inspectionAreaId inspectionAreaName inspectionAreaType status supersededBy "
    "endDate currentRatings overall organisationId rating reportDate reportLinkId useOfResources "
    "summary useOfResourcesSummary useOfResourcesRating combinedQualitySummary "
    "combinedQualityRating keyQuestionRatings serviceRatings ageGroup settingServices "
    "settingtypeCode settingtypeName servicetypeCode servicetypeName assessment "
    "assessmentPlanPublishedDateTime ratings asgRatings assessmentPlanId title assessmentDate "
    "assessmentPlanStatus percentageScore companiesHouseNumber charityNumber".split()
)
